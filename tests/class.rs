//! A class is graded: whatever is in a submission, it costs no other one its grade, and no submission is changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use grading::build;
use grading::course;

/// The program grades in one place, and so one test at a time.
static PLACE: Mutex<()> = Mutex::new(());

static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let built = build::build(&["class".to_owned()]);
    built.executable("class").unwrap_or_else(|error| panic!("it does not compile: {error}")).clone()
});

const ACCEPT: &str = "lesson04_accept";
const FIRST_LINE: &str = "let mut clients = Vec::new();";

/// A folder of submissions.
struct Class {
    folder: PathBuf,
    _alone: MutexGuard<'static, ()>,
}

/// What the program said.
struct Graded {
    code: Option<i32>,
    summary: String,
    told: String,
    /// By learner, as the CSV has it, and by column.
    rows: BTreeMap<String, BTreeMap<String, String>>,
}

impl Class {
    fn new(name: &str) -> Self {
        let alone = PLACE.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("class").join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        Self { folder, _alone: alone }
    }

    fn write(&self, learner: &str, file: &str, text: &str) {
        let path = self.folder.join(learner).join(file);
        fs::create_dir_all(path.parent().expect("its folder")).expect("a folder");
        fs::write(path, text).expect("the file can be written");
    }

    /// Hands in a solution, with one text replaced.
    fn solve(&self, learner: &str, package: &str, from: &str, to: &str) {
        let solution = format!("solutions/{}/src/exercise.rs", package.replace("lesson", "solution"));
        let source = fs::read_to_string(course::root().join(solution)).expect("a solution");
        assert!(source.contains(from), "the solution of {package} does not have `{from}`");
        self.write(learner, &exercise(package), &source.replacen(from, to, 1));
    }

    fn solve_all(&self, learner: &str) {
        course::lessons().iter().for_each(|lesson| self.solve(learner, &lesson.package, "", ""));
    }

    fn grade(&self, flags: &[&str]) -> Graded {
        let csv = self.folder.with_extension("csv");
        let before = contents(&self.folder);
        let mut class = Command::new(&*PROGRAM);
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
    fn has(&self, learner: &str, some: &[(&str, &str)], others: &str) {
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
    fn says(&self, sentence: &str) {
        assert!(self.summary.contains(sentence), "it does not say: {sentence}\n{}", self.summary);
    }
}

fn exercise(package: &str) -> String {
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
        let bytes = if about.is_file() { fs::read(&path).expect("a file") } else { Vec::new() };
        all.insert(path, (bytes, about.modified().expect("a time")));
    }
    all
}

#[test]
fn everybody_is_graded_whatever_the_others_handed_in() {
    let class = Class::new("everybody");
    class.solve_all("all solved");
    for lesson in course::lessons() {
        let untouched = fs::read_to_string(course::root().join(lesson.exercise())).expect("an exercise");
        class.write("untouched", &exercise(&lesson.package), &untouched);
    }
    class.write("no lessons", "README.md", "I was ill.");
    // Into the very course with which the next one is graded.
    class.solve_all("breaks the course");
    let breaks = "let mut clients = Vec::new(); let root = concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/../..\");
        for file in [\"tests/course.rs\", \".cargo/config.toml\", \"rust-toolchain.toml\", \"Cargo.lock\"] {
            let _ = std::fs::write(format!(\"{root}/{file}\"), \"mine\");
        }
        let _ = std::fs::create_dir_all(format!(\"{root}/lessons/no_manifest/log\"));";
    class.solve("breaks the course", ACCEPT, FIRST_LINE, breaks);
    class.solve_all("does not compile");
    class.solve("does not compile", ACCEPT, FIRST_LINE, "let mut clients = Vec::new()");
    class.solve_all("hangs");
    class.solve("hangs", ACCEPT, FIRST_LINE, "let mut clients = Vec::new(); loop { std::hint::spin_loop(); }");
    // What would give a pass, or keep everybody from one, if it counted.
    class.solve("edits the grader", ACCEPT, "0..count", "0..0");
    for file in ["Cargo.toml", "Cargo.lock", ".cargo/config.toml", "lessons/lesson04_accept/Cargo.toml"] {
        class.write("edits the grader", file, "this is no [TOML");
    }
    class.write("edits the grader", "rust-toolchain.toml", "[toolchain]\nchannel = \"none\"");
    class.write("edits the grader", "lessons/lesson04_accept/build.rs", "fn main() { panic!() }");
    class.write("edits the grader", "tests/course.rs", "fn main() {}");
    class.write("edits the grader", "tests/snapshots/lesson04_accept.exercise.snap", "");
    class.write("edits the grader", "solutions/solution04_accept/src/exercise.rs", "");
    class.solve("edits the lesson", ACCEPT, "0..count", "0..0");
    class.write("edits the lesson", "lessons/lesson04_accept/src/lib.rs", "compile_error!(\"mine\");");
    class.write("edits the lesson", "lessons/lesson03_listen/src/main.rs", "fn main() {}");
    class.solve("Zoë, \"小\" 王", "lesson03_listen", "", "");
    class.write("", "notes.txt", "no submission");

    let graded = class.grade(&[]);
    assert_eq!(graded.code, Some(0), "{}{}", graded.told, graded.summary);
    assert_eq!(graded.rows.len(), 9, "{:?}", graded.rows.keys());
    graded.has("all solved", &[], "passed");
    graded.has("untouched", &[], "not started");
    graded.has("no lessons", &[], "not started");
    graded.has("breaks the course", &[], "passed");
    graded.has("does not compile", &[(ACCEPT, "failed")], "passed");
    let one_of_two = [("lesson04_accept::accept_clients", "failed"), ("lesson04_accept::connect_to", "passed")];
    graded.has("hangs", &one_of_two, "passed");
    graded.has("edits the grader", &one_of_two, "not started");
    graded.has("edits the lesson", &one_of_two, "not started");
    graded.has("Zoë, \"小\" 王", &[("lesson03_listen", "passed")], "not started");

    graded.says("lesson04_accept does not compile");
    graded.says("accept_clients did not return within 5 s");
    graded.says("There is no lessons/*/src/exercise.rs in this folder");
    assert!(graded.told.contains("notes.txt is no folder"), "{}", graded.told);
    assert!(graded.told.contains("9 of 9: "), "a line for each where there is no terminal: {}", graded.told);
}

/// Not only its own processes: also what left the process group, and would live on for ever.
#[test]
fn what_takes_too_long_is_ended_and_the_next_is_graded() {
    let class = Class::new("too long");
    let hangs = "let mut clients = Vec::new();
        let _ = std::process::Command::new(\"setsid\").args([\"sleep\", \"86398.25\"]).spawn(); loop {}";
    class.solve("anna", ACCEPT, FIRST_LINE, hangs);
    class.write("bert", "README.md", "");
    // The lesson would end itself after 5 s.
    let graded = class.grade(&["--timeout", "3"]);
    assert_eq!(graded.code, Some(1), "{}{}", graded.told, graded.summary);
    assert_eq!(graded.rows["anna"]["lesson04_accept::accept_clients"], "not graded", "{}", graded.summary);
    graded.says("It took longer than 3 s, and was ended.");
    graded.has("bert", &[], "not started");
    #[cfg(target_os = "linux")]
    for entry in fs::read_dir("/proc").expect("Linux").flatten() {
        let command = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&command).contains("86398.25"), "a process of the submission lives on");
    }
}

/// It refuses, and the first one's grades are still there.
#[cfg(unix)]
#[test]
fn a_second_grading_at_the_same_time_harms_nothing() {
    let class = Class::new("twice");
    class.solve("anna", ACCEPT, FIRST_LINE, "let mut clients = Vec::new(); loop {}");
    let csv = class.folder.with_extension("csv");
    let _ = fs::remove_file(&csv);
    let grading = || {
        let mut grading = Command::new(&*PROGRAM);
        grading.arg(&class.folder).arg("--csv").arg(&csv).args(["--timeout", "3"]).stderr(Stdio::piped());
        grading.spawn().expect("it starts")
    };
    let first = grading();
    let begun = Instant::now();
    while fs::read(&csv).unwrap_or_default().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(300), "the CSV has no head");
        std::thread::yield_now();
    }
    let second = grading().wait_with_output().expect("it ends");
    assert_eq!(second.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&second.stderr).contains("Another grading is at work"));
    assert_eq!(first.wait_with_output().expect("it ends").status.code(), Some(1));
    let csv = fs::read_to_string(&csv).expect("text");
    assert!(csv.starts_with("learner,") && csv.contains("\nanna,"), "{csv}");
}

#[cfg(unix)]
#[test]
fn no_link_leads_out_of_a_submission() {
    let class = Class::new("links");
    class.solve("anna", ACCEPT, "", "");
    let link = |to: &Path, learner: &str| {
        let from = class.folder.join(learner).join(exercise(ACCEPT));
        fs::create_dir_all(from.parent().expect("its folder")).expect("a folder");
        std::os::unix::fs::symlink(to, from).expect("a link");
    };
    link(&class.folder.join("anna").join(exercise(ACCEPT)), "bert");
    class.solve("carl", ACCEPT, "", "");
    let own = exercise(ACCEPT);
    fs::rename(class.folder.join("carl").join(&own), class.folder.join("carl/mine.rs")).expect("renamed");
    link(Path::new("../../../mine.rs"), "carl");
    fs::create_dir_all(class.folder.join("dora").join(&own)).expect("a folder");
    link(Path::new("/dev/zero"), "emil");

    let graded = class.grade(&[]);
    assert_eq!(graded.code, Some(1), "{}{}", graded.told, graded.summary);
    graded.has("anna", &[(ACCEPT, "passed")], "not started");
    graded.has("carl", &[(ACCEPT, "passed")], "not started");
    for learner in ["bert", "dora", "emil"] {
        graded.has(learner, &[(ACCEPT, "not graded")], "not started");
    }
    graded.says("lessons/lesson04_accept/src/exercise.rs is a link out of the submission, and was not followed.");
    graded.says("lessons/lesson04_accept/src/exercise.rs is no file.");
}

#[test]
fn wrong_arguments_are_told_in_a_sentence() {
    let class = Class::new("arguments");
    let folder = class.folder.to_str().expect("UTF-8");
    let wrong: [(&[&str], &str); 6] = [
        (&[], "Which folder are the submissions in?"),
        (&["--fast"], "invalid option '--fast'"),
        (&["there/is/none"], "there/is/none cannot be read"),
        (&[folder], "has no folders: it takes one for each learner."),
        (&[folder, "--timeout", "0"], "The time limit is one second at least."),
        (&[folder, "--timeout", "soon"], "cannot parse argument \"soon\""),
    ];
    for (arguments, sentence) in wrong {
        let output = Command::new(&*PROGRAM).args(arguments).output().expect("it starts");
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
        assert!(told.contains(sentence), "{arguments:?}: {told}");
    }
    class.write("anna", "README.md", "");
    let csv = class.folder.join("there/is/none.csv");
    let output = Command::new(&*PROGRAM).arg(folder).arg("--csv").arg(csv).output().expect("it starts");
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    let help = Command::new(&*PROGRAM).arg("--help").output().expect("it starts");
    assert!(help.status.success() && String::from_utf8_lossy(&help.stdout).contains("--csv FILE"));
}

/// JUnit by cargo-nextest: in strict mode each function is in the file, and one that is not started has failed.
#[test]
fn nextest_writes_junit() {
    let nextest = |flags: &[&str]| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(course::root()).args(["nextest"]).args(flags);
        // Of the cargo that runs this test.
        cargo.env_remove("CARGO_MANIFEST_DIR").env_remove("NEXTEST_PROFILE");
        cargo.output().expect("cargo starts")
    };
    if !nextest(&["--version"]).status.success() {
        println!("skipped: there is no cargo-nextest on this machine");
        return;
    }
    let junit = || {
        let path = course::root().join("target/nextest/class/junit.xml");
        let text = fs::read_to_string(&path).expect("JUnit");
        fs::remove_file(path).expect("it can be removed");
        text
    };
    let functions: Vec<_> = course::lessons().into_iter().flat_map(|lesson| lesson.functions).collect();
    let not_started = functions.iter().filter(|function| function.not_started.is_some()).count();

    let output = nextest(&["run", "-p", "grading", "--profile", "class", "--run-ignored", "all"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(if not_started > 0 { 100 } else { 0 }), "{told}");
    let strict = junit();
    assert_eq!(strict.matches("<testcase ").count(), 1 + functions.len(), "{strict}");
    assert_eq!(strict.matches("<failure ").count(), not_started, "{strict}");

    let output = nextest(&["run", "-p", "grading", "--profile", "class"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lenient = junit();
    assert_eq!(lenient.matches("<testcase ").count(), 1 + functions.len() - not_started, "{lenient}");
}
