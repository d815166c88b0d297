//! A folder of submissions, graded by the program `class`, and what it says of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use grading::build;
use grading::course;

/// The program grades in one place, and so one test at a time.
static PLACE: Mutex<()> = Mutex::new(());

pub static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let built = build::build(&["class".to_owned()]);
    built.executable("class").unwrap_or_else(|error| panic!("it does not compile: {error}")).clone()
});

pub const ACCEPT: &str = "lesson04_accept";
pub const FIRST_LINE: &str = "let mut clients = Vec::new();";

/// A folder of submissions.
pub struct Class {
    pub folder: PathBuf,
    _alone: MutexGuard<'static, ()>,
}

/// What the program said.
pub struct Graded {
    pub code: Option<i32>,
    pub summary: String,
    pub told: String,
    /// By learner, as the CSV has it, and by column.
    pub rows: BTreeMap<String, BTreeMap<String, String>>,
}

impl Class {
    pub fn new(name: &str) -> Self {
        let alone = PLACE.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("class").join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        Self { folder, _alone: alone }
    }

    pub fn write(&self, learner: &str, file: &str, text: &str) {
        let path = self.folder.join(learner).join(file);
        fs::create_dir_all(path.parent().expect("its folder")).expect("a folder");
        fs::write(path, text).expect("the file can be written");
    }

    /// Hands in a solution, with one text replaced.
    pub fn solve(&self, learner: &str, package: &str, from: &str, to: &str) {
        let solution = format!("solutions/{}/src/exercise.rs", package.replace("lesson", "solution"));
        let source = fs::read_to_string(course::root().join(solution)).expect("a solution");
        assert!(source.contains(from), "the solution of {package} does not have `{from}`");
        self.write(learner, &exercise(package), &source.replacen(from, to, 1));
    }

    pub fn solve_all(&self, learner: &str) {
        course::lessons().iter().for_each(|lesson| self.solve(learner, &lesson.package, "", ""));
    }

    pub fn grade(&self, flags: &[&str]) -> Graded {
        self.grade_by(Command::new(&*PROGRAM), flags)
    }

    /// By a command that ends in the program.
    pub fn grade_by(&self, mut class: Command, flags: &[&str]) -> Graded {
        let csv = self.folder.with_extension("csv");
        let before = contents(&self.folder);
        if cfg!(not(target_os = "linux")) {
            class.arg("--without-cage");
        }
        let output = class.arg(&self.folder).arg("--csv").arg(&csv).args(flags).output().expect("it starts");
        assert_eq!(contents(&self.folder), before, "a submission was changed");
        let csv = fs::read_to_string(csv).unwrap_or_default();
        let mut lines = csv.lines().map(fields);
        let head = lines.next().unwrap_or_default();
        let row = |fields: Vec<String>| {
            assert_eq!(fields.len(), head.len(), "{csv}");
            (fields[0].clone(), head.iter().cloned().zip(fields).skip(1).collect())
        };
        Graded {
            code: output.status.code(),
            summary: String::from_utf8_lossy(&output.stdout).into_owned(),
            told: String::from_utf8_lossy(&output.stderr).into_owned(),
            rows: lines.map(row).collect(),
        }
    }
}

impl Graded {
    /// Asserts what the CSV has for all functions of a learner: those of some lessons, and those of all others.
    #[track_caller]
    pub fn has(&self, learner: &str, some: &[(&str, &str)], others: &str) {
        let row = self.rows.get(learner).unwrap_or_else(|| panic!("{learner} has no line:\n{}", self.told));
        let mut solved = 0;
        for lesson in course::lessons() {
            for function in &lesson.functions {
                let name = format!("{}::{}", lesson.package, function.name);
                let exception = some.iter().find(|(part, _)| name.starts_with(part));
                let wanted = exception.map_or(others, |(_, word)| word);
                assert_eq!(row[&name], wanted, "{learner}, {name}\n{}{}", self.told, self.summary);
                solved += usize::from(wanted == "passed");
            }
        }
        assert_eq!(row["solved"], solved.to_string(), "{learner}");
    }

    #[track_caller]
    pub fn says(&self, sentence: &str) {
        assert!(self.summary.contains(sentence), "it does not say: {sentence}\n{}", self.summary);
    }
}

pub fn exercise(package: &str) -> String {
    format!("lessons/{package}/src/exercise.rs")
}

/// One line of a CSV, which has no line break in a field here.
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut quoted) = (vec![String::new()], false);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let field = fields.last_mut().expect("one at least");
        match letter {
            '"' if quoted && letters.next_if_eq(&'"').is_some() => field.push('"'),
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            letter => field.push(letter),
        }
    }
    fields
}

/// Everything that lies in a folder: what it is, and when it was written.
fn contents(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let about = fs::symlink_metadata(&path).expect("it is there");
        if about.is_dir() {
            all.extend(contents(&path));
        }
        let bytes =
            if about.is_file() && about.len() < 1 << 20 { fs::read(&path).expect("a file") } else { Vec::new() };
        all.insert(path, (bytes, about.modified().expect("a time")));
    }
    all
}
