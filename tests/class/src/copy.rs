//! The copy of the course in which submissions are graded, one after the other.

use std::collections::{BTreeMap, HashMap};
use std::env;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use grading::course::{self, Lesson};
use grading::desk::SELF_CHECK;
use grading::process::Tree;
use tinyjson::JsonValue;

use crate::PRISTINE;
use crate::report::{Column, Grade, Graded};
use crate::submission::Submission;

/// For what all submissions need: the first build, and a run of every solution.
const FIRST_BUILD: Duration = Duration::from_secs(1800);

/// One place for all submissions, so that only what differs from one to the next is compiled.
#[derive(Debug)]
pub struct Copy {
    /// The course as it lies in this checkout, by path from its root.
    pristine: BTreeMap<PathBuf, Vec<u8>>,
    lessons: Vec<Lesson>,
    columns: Vec<Column>,
    folder: PathBuf,
    timeout: Duration,
    interrupted: Arc<AtomicBool>,
    /// Held for as long as this copy is used: two gradings at once would write each other's files.
    _lock: File,
}

/// What cargo said, and whether it came to its end.
struct Said {
    events: HashMap<String, (String, String)>,
    complaint: String,
    in_time: bool,
}

impl Copy {
    /// Reads the course, and finds a place for its copy beside this program: in the target folder.
    pub fn of_the_course(timeout: Duration, interrupted: Arc<AtomicBool>) -> Result<Self, String> {
        let program =
            env::current_exe().map_err(|error| format!("The place of this program cannot be found: {error}."))?;
        let target = program.ancestors().nth(2).ok_or("This program does not lie in a target folder.")?;
        let folder = target.join("class");
        let unwritable = |error: io::Error| format!("{} cannot be written: {error}.", folder.display());
        fs::create_dir_all(&folder).map_err(unwritable)?;
        let lock = File::create(folder.join("lock")).map_err(unwritable)?;
        #[cfg(unix)]
        rustix::fs::flock(&lock, rustix::fs::FlockOperation::NonBlockingLockExclusive)
            .map_err(|_| format!("Another grading is at work in {}. Wait until it has ended.", folder.display()))?;
        let mut pristine = BTreeMap::new();
        for entry in PRISTINE {
            read(course::root(), Path::new(entry), &mut pristine)
                .map_err(|error| format!("{entry} of this checkout cannot be read: {error}."))?;
        }
        let lessons = course::lessons();
        let columns = lessons.iter().flat_map(|lesson| {
            lesson.functions.iter().map(|function| Column::new(&lesson.package, &function.name)).collect::<Vec<_>>()
        });
        let columns = columns.collect();
        Ok(Self { pristine, lessons, columns, folder, timeout, interrupted, _lock: lock })
    }

    /// The functions that are graded, in their order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Every solution tells what its snapshots say: then this machine can grade. Otherwise what is wrong.
    pub fn check(&self) -> Option<String> {
        let said = self.lay(self.pristine.clone()).and_then(|()| self.cargo(&["--exact", SELF_CHECK], FIRST_BUILD));
        let problem = match said {
            Err(error) => error.to_string(),
            Ok(said) => match said.events.get(SELF_CHECK) {
                Some((event, _)) if event == "ok" => return None,
                Some((_, text)) => text.clone(),
                None => said.complaint,
            },
        };
        Some(format!("The course does not pass its own check here, so do not trust the grades.\n{problem}"))
    }

    /// Grades one submission. Whatever is wrong with it stays with it.
    pub fn grade(&self, submission: &Submission) -> Graded {
        let exercises = submission.exercises(&self.lessons);
        let mut notes: Vec<_> = exercises.problems.values().cloned().collect();
        if exercises.sources.is_empty() && notes.is_empty() {
            notes.push(
                "There is no lessons/*/src/exercise.rs in this folder: everything counts as not started.".to_owned(),
            );
        }
        let mut course = self.pristine.clone();
        for lesson in &self.lessons {
            if let Some(source) = exercises.sources.get(&lesson.package) {
                course.insert(lesson.exercise(), source.clone());
            }
        }
        let strictly = ["--include-ignored", "--skip", SELF_CHECK];
        let said = self.lay(course).and_then(|()| self.cargo(&strictly, self.timeout));
        let said = said.unwrap_or_else(|error| Said {
            events: HashMap::new(),
            complaint: format!("In {}: {error}.", self.folder.display()),
            in_time: true,
        });
        let handed_in =
            |package: &String| exercises.sources.contains_key(package) || exercises.problems.contains_key(package);
        let grade = |column: &Column| match said.events.get(&column.name()) {
            // Whatever the course's own file has in its place.
            _ if !handed_in(&column.package) => Grade::NotStarted,
            Some(_) if exercises.problems.contains_key(&column.package) => Grade::NotGraded,
            Some((event, text)) => Grade::of(event, text, &column.function),
            None => Grade::NotGraded,
        };
        let grades: Vec<_> = self.columns.iter().map(grade).collect();
        if !said.in_time {
            notes.push(format!("It took longer than {} s, and was ended.", self.timeout.as_secs()));
        } else if self.columns.iter().any(|column| !said.events.contains_key(&column.name())) {
            notes.push(format!("The grading ended early. {}", said.complaint).trim().to_owned());
        }
        Graded { learner: submission.learner.clone(), grades, notes }
    }

    /// Makes the copy what it should be: writes what differs, and removes what is not the course's.
    fn lay(&self, course: BTreeMap<PathBuf, Vec<u8>>) -> io::Result<()> {
        let root = self.folder.join("course");
        fs::create_dir_all(&root)?;
        remove_foreign(&root, Path::new(""), &course)?;
        for (path, text) in course {
            let path = root.join(path);
            // What is the same keeps its time, and cargo sees nothing new.
            if fs::read(&path).ok().as_ref() == Some(&text) {
                continue;
            }
            fs::create_dir_all(path.parent().unwrap_or(&root))?;
            // An exercise may have made it read-only.
            let _ = fs::remove_file(&path);
            fs::write(path, text)?;
        }
        Ok(())
    }

    /// `cargo test` in the copy, in a process tree of its own, up to a limit.
    fn cargo(&self, arguments: &[&str], limit: Duration) -> io::Result<Said> {
        let temporary = self.folder.join("tmp");
        // What a run that was ended could not take away itself.
        if temporary.exists() {
            remove_folder(&temporary)?;
        }
        fs::create_dir_all(&temporary)?;
        let (stdout, stderr) = (self.folder.join("stdout"), self.folder.join("stderr"));
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
        cargo.args(["test", "--quiet", "--locked", "--", "--format", "json"]).args(arguments);
        cargo.current_dir(self.folder.join("course")).env("CARGO_TARGET_DIR", self.folder.join("target"));
        cargo.env("TMPDIR", &temporary);
        // The copy has its own (.cargo/config.toml), and none of these may come from outside.
        for name in ["INSTA_UPDATE", "INSTA_OUTPUT", "INSTA_WORKSPACE_ROOT", "INSTA_FORCE_PASS"] {
            cargo.env_remove(name);
        }
        // Files, and no pipes: nobody needs to read while it runs.
        cargo.stdin(Stdio::null()).stdout(File::create(&stdout)?).stderr(File::create(&stderr)?);
        let not_started = |error: io::Error| io::Error::new(error.kind(), format!("cargo cannot be started: {error}"));
        let mut tree = Tree::start(cargo).map_err(not_started)?;
        let in_time = self.wait(&mut tree, limit)?;
        drop(tree);
        let stderr = String::from_utf8_lossy(&fs::read(stderr)?).into_owned();
        // Cargo's own words, where it refused: the first, and what it says was the cause.
        let words = stderr.lines().skip_while(|line| !line.starts_with("error")).take(5).map(str::trim);
        let complaint = words.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
        Ok(Said { events: events(&String::from_utf8_lossy(&fs::read(stdout)?)), complaint, in_time })
    }

    /// Whether the end came before the limit.
    fn wait(&self, tree: &mut Tree, limit: Duration) -> io::Result<bool> {
        let begin = Instant::now();
        while begin.elapsed() < limit && !self.interrupted.load(Ordering::Relaxed) {
            if tree.wait(Duration::from_millis(100).min(limit.saturating_sub(begin.elapsed())))?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Reads a file, or all files of a folder.
fn read(root: &Path, path: &Path, into: &mut BTreeMap<PathBuf, Vec<u8>>) -> io::Result<()> {
    if root.join(path).is_dir() {
        for entry in fs::read_dir(root.join(path))? {
            let name = entry?.file_name();
            // Large, and not the course's own.
            if name != "node_modules" {
                read(root, &path.join(name), into)?;
            }
        }
    } else {
        into.insert(path.to_owned(), fs::read(root.join(path))?);
    }
    Ok(())
}

/// An exercise that ran here may have written whatever it liked, wherever it liked.
fn remove_foreign(root: &Path, folder: &Path, course: &BTreeMap<PathBuf, Vec<u8>>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        // A link's own kind, and not that of what it points to.
        let kind = entry.file_type()?;
        let holds_some = || course.range(path.clone()..).next().is_some_and(|(file, _)| file.starts_with(&path));
        match (kind.is_dir(), kind.is_file() && course.contains_key(&path)) {
            (true, _) if holds_some() && !course.contains_key(&path) => remove_foreign(root, &path, course)?,
            (true, _) => remove_folder(&root.join(path))?,
            (_, true) => {}
            _ => fs::remove_file(root.join(path))?,
        }
    }
    Ok(())
}

/// Also one that an exercise made read-only.
fn remove_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if fs::remove_dir_all(folder).is_err() {
        make_writable(folder)?;
    }
    if folder.exists() { fs::remove_dir_all(folder) } else { Ok(()) }
}

#[cfg(unix)]
fn make_writable(folder: &Path) -> io::Result<()> {
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            make_writable(&entry.path())?;
        }
    }
    Ok(())
}

/// What became of each test, and what was said of it.
fn events(json: &str) -> HashMap<String, (String, String)> {
    let mut events = HashMap::new();
    for line in json.lines() {
        let Ok(JsonValue::Object(event)) = line.parse::<JsonValue>() else { continue };
        let text = |key: &str| event.get(key).and_then(|value| value.get::<String>()).cloned();
        if let (Some("test"), Some(name), Some(what)) = (text("type").as_deref(), text("name"), text("event")) {
            events.insert(name, (what, text("stdout").unwrap_or_default()));
        }
    }
    events
}
