//! Compiles and runs exercises: one rustc for each lesson of a submission, one process for each function, all in a cage.
//!
//! What all submissions need, the libraries and the lessons' own part, is built once by cargo. How cargo called rustc for a
//! lesson's program is written down meanwhile ([`record`]); for a submission the same call is made again, with its exercise.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use grading::course::{self, Function, Lesson};
use grading::desk;
use grading::process::{self, Place, Tree};
use grading::verdict;
use tinyjson::JsonValue;

use crate::cage::{Cage, Inside, Limits};
use crate::report::{Column, Grade, Graded};
use crate::submission::{Exercises, Submission};

/// For rustc: it sets more addresses aside than it uses.
const COMPILING: Limits = Limits { memory: 4 << 20, file: 256 << 10, temporary: 256 << 20, time: 30, processes: 256 };

/// For an exercise. Lessons have threads; stories are short.
const RUNNING: Limits = Limits { memory: 1 << 20, file: 16 << 10, temporary: 16 << 20, time: 9, processes: 256 };

/// No lesson takes longer to compile, also where four compile on a slow machine.
const COMPILE: Duration = Duration::from_secs(20);

/// Where a rustc that cargo calls writes down how; and by this the program knows that it is one.
const RECORD: &str = "CLASS_RECORDS_RUSTC_IN";

/// How cargo called rustc for one lesson's program.
#[derive(Debug, Clone)]
struct Rustc {
    arguments: Vec<String>,
    environment: Vec<(OsString, OsString)>,
}

/// What all submissions are graded with.
#[derive(Debug)]
pub struct Workshop {
    lessons: Vec<Lesson>,
    columns: Vec<Column>,
    rustc: BTreeMap<String, Rustc>,
    /// The compiler's own folder: programs and libraries.
    sysroot: PathBuf,
    folder: PathBuf,
    cage: Cage,
    timeout: Duration,
    interrupted: Arc<AtomicBool>,
    /// Held for as long as this is used: two gradings at once would write each other's files.
    _lock: File,
}

/// What the compiler made of one exercise.
enum Compiled {
    Program(PathBuf),
    Refused,
    /// There is no verdict of the compiler, and why.
    Not(String),
}

/// Called by cargo in place of rustc (The Cargo Book, `build.rustc-wrapper`): writes down the arguments and cargo's
/// variables, then does what rustc does. `None` where this is no such call.
pub fn record() -> Option<ExitCode> {
    let folder = PathBuf::from(env::var_os(RECORD)?);
    let (rustc, arguments) =
        env::args_os().skip(1).collect::<Vec<_>>().split_first().map(|(a, b)| (a.clone(), b.to_vec()))?;
    let text: Vec<_> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
    let is_program = text.windows(2).any(|pair| pair[0] == "--crate-type" && pair[1] == "bin");
    if let (true, Some(at)) = (is_program, text.iter().position(|argument| argument == "--crate-name")) {
        let variables =
            env::vars_os().filter_map(|(name, value)| Some((name.to_str()?.to_owned(), value.to_str()?.to_owned())));
        // What `env!` can ask for. Others may hold what is nobody's business.
        let ours = variables.filter(|(name, _)| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"));
        let lines = text.iter().map(ToString::to_string).chain([String::new()]);
        let lines = lines.chain(ours.map(|(name, value)| format!("{name}={value}"))).map(JsonValue::String).collect();
        let json = JsonValue::Array(lines).stringify().unwrap_or_default();
        if let Err(error) = fs::write(folder.join(format!("{}.json", text[at + 1])), json) {
            eprintln!("{} cannot be written: {error}", folder.display());
            return Some(ExitCode::FAILURE);
        }
    }
    let status = Command::new(rustc).args(arguments).status();
    let code = status.ok().and_then(|status| u8::try_from(status.code()?).ok());
    Some(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

impl Rustc {
    fn read(folder: &Path, package: &str) -> Option<Self> {
        let json: JsonValue = fs::read_to_string(folder.join(format!("{package}.json"))).ok()?.parse().ok()?;
        let lines: Vec<_> =
            json.get::<Vec<JsonValue>>()?.iter().filter_map(|line| line.get::<String>()).cloned().collect();
        let end = lines.iter().position(String::is_empty)?;
        let variables = lines[end + 1..].iter().filter_map(|line| line.split_once('='));
        let environment = variables.map(|(name, value)| (name.into(), value.into())).collect();
        Some(Self { arguments: lines[..end].to_vec(), environment })
    }

    /// The same call, with another folder for what it makes.
    fn arguments_into(&self, out: &Path) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = self.arguments.iter().map(Into::into).collect();
        if let Some(at) = self.arguments.iter().position(|argument| argument == "--out-dir") {
            arguments[at + 1] = out.into();
        }
        arguments
    }

    /// The folders in which rustc finds libraries: `-L dependency=…`.
    fn libraries(&self) -> impl Iterator<Item = PathBuf> {
        self.arguments.iter().filter_map(|argument| argument.strip_prefix("dependency=")).map(PathBuf::from)
    }
}

impl Workshop {
    /// Builds what all submissions need, in a folder of its own beside this program: in the target folder.
    ///
    /// # Errors
    /// What is missing, in a sentence.
    pub fn new(cage: Cage, timeout: Duration, interrupted: Arc<AtomicBool>) -> Result<Self, String> {
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
        let lessons = course::lessons();
        let columns = lessons.iter().flat_map(|lesson| {
            lesson.functions.iter().map(|function| Column::new(&lesson.package, &function.name)).collect::<Vec<_>>()
        });
        let columns = columns.collect();
        let (rustc, sysroot) = (BTreeMap::new(), PathBuf::new());
        Ok(Self { lessons, columns, rustc, sysroot, folder, cage, timeout, interrupted, _lock: lock })
    }

    /// The functions that are graded, in their order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Builds what all need.
    ///
    /// # Errors
    /// What cargo or rustc said.
    pub fn build(&mut self) -> Result<(), String> {
        let records = self.folder.join("rustc");
        let program = env::current_exe().map_err(|error| error.to_string())?;
        fs::create_dir_all(&records).map_err(|error| format!("{} cannot be written: {error}.", records.display()))?;
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
        // An exercise of this checkout may not compile. It is nobody's.
        cargo.args(["build", "--quiet", "--locked", "--keep-going", "--message-format", "json"]);
        for lesson in &self.lessons {
            cargo.args(["--package", &lesson.package, "--bin", &lesson.package]);
        }
        cargo.current_dir(course::root()).env("CARGO_TARGET_DIR", self.folder.join("target"));
        cargo.env("RUSTC_WRAPPER", program).env(RECORD, &records);
        let not_started = |program: &str, error: io::Error| format!("{program} cannot be started: {error}.");
        let built = cargo.stdin(Stdio::null()).output().map_err(|error| not_started("cargo", error))?;
        for lesson in &self.lessons {
            let Some(rustc) = Rustc::read(&records, &lesson.package) else {
                return Err(format!("The course cannot be built.\n{}", String::from_utf8_lossy(&built.stderr)));
            };
            self.rustc.insert(lesson.package.clone(), rustc);
        }
        let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or("rustc".into()));
        rustc.args(["--print", "sysroot"]).current_dir(course::root());
        let sysroot = rustc.output().map_err(|error| not_started("rustc", error))?.stdout;
        self.sysroot = String::from_utf8_lossy(&sysroot).trim().into();
        Ok(())
    }

    /// All solutions pass: then this machine can grade. Otherwise what is wrong.
    pub fn check(&self) -> Option<String> {
        let solved = |lesson: &Lesson| {
            let solution = course::root().join("solutions").join(lesson.solution()).join("src/exercise.rs");
            Some((lesson.package.clone(), fs::read(solution).ok()?))
        };
        let exercises = Exercises { sources: self.lessons.iter().filter_map(solved).collect(), ..Exercises::default() };
        let graded = self.grade_exercises("the solutions", &exercises, 0);
        let wrong = self.columns.iter().zip(&graded.grades).find(|(_, grade)| **grade != Grade::Passed);
        let (column, grade) = wrong?;
        let why = match grade {
            Grade::Failed(sentence) => sentence.clone(),
            _ => graded.notes.join(" "),
        };
        Some(format!(
            "The solutions do not pass on this machine, so no grade would be worth anything.\n{}: {why}",
            column.name()
        ))
    }

    /// Grades one submission. Whatever is wrong with it stays with it.
    pub fn grade(&self, submission: &Submission, worker: usize) -> Graded {
        let exercises = submission.exercises(&self.lessons);
        self.grade_exercises(&submission.learner, &exercises, worker)
    }

    fn grade_exercises(&self, learner: &str, exercises: &Exercises, worker: usize) -> Graded {
        let end = Instant::now() + self.timeout;
        let mut notes: Vec<_> = exercises.problems.values().cloned().collect();
        if exercises.sources.is_empty() && notes.is_empty() {
            notes.push(
                "There is no lessons/*/src/exercise.rs in this folder: everything counts as not started.".to_owned(),
            );
        }
        let folder = self.folder.join(format!("worker{worker}"));
        let grades = Mutex::new(vec![Grade::NotStarted; self.columns.len()]);
        let give = |column: &Column, grade: Grade| {
            if let Some(place) = self.columns.iter().position(|each| each == column) {
                grades.lock().unwrap_or_else(PoisonError::into_inner)[place] = grade;
            }
        };
        let mut runs = Vec::new();
        for lesson in &self.lessons {
            let columns = || lesson.functions.iter().map(|function| Column::new(&lesson.package, &function.name));
            if exercises.problems.contains_key(&lesson.package) {
                columns().for_each(|column| give(&column, Grade::NotGraded));
                continue;
            }
            let Some(source) = exercises.sources.get(&lesson.package) else { continue };
            let text = String::from_utf8_lossy(source).into_owned();
            let lesson = lesson.with_exercise(&text);
            if lesson.is_untouched() {
                continue;
            }
            match self.compile(&lesson, source, &folder, end, worker) {
                Ok(Compiled::Program(program)) => {
                    let begun = lesson.functions.iter().filter(|function| function.not_started.is_none());
                    runs.extend(
                        begun.map(|function| (lesson.clone(), function.clone(), program.clone(), text.clone())),
                    );
                }
                Ok(Compiled::Refused) => {
                    let sentence = verdict::does_not_compile(&lesson, "", true).sentence;
                    columns().for_each(|column| give(&column, Grade::Failed(sentence.clone())));
                }
                Ok(Compiled::Not(why)) => {
                    notes.push(why);
                    columns().for_each(|column| give(&column, Grade::NotGraded));
                }
                Err(error) => {
                    notes.push(format!("{} could not be compiled here: {error}.", lesson.package));
                    columns().for_each(|column| give(&column, Grade::NotGraded));
                }
            }
        }
        let told = Mutex::new(Vec::new());
        process::side_by_side(process::at_a_time(), &runs, |(lesson, function, program, source)| {
            let grade = self.run(lesson, function, program, source, end, worker).unwrap_or_else(|why| {
                told.lock().unwrap_or_else(PoisonError::into_inner).push(why);
                Grade::NotGraded
            });
            give(&Column::new(&lesson.package, &function.name), grade);
        });
        let mut told = told.into_inner().unwrap_or_else(PoisonError::into_inner);
        told.sort();
        told.dedup();
        notes.append(&mut told);
        let same: Vec<_> =
            self.lessons.iter().filter(|lesson| exercises.is_solution(lesson)).map(|lesson| lesson.title()).collect();
        if !same.is_empty() {
            notes.push(format!("As the solution, word for word: {}.", same.join(", ")));
        }
        let _ = fs::remove_dir_all(folder);
        Graded {
            learner: learner.to_owned(),
            grades: grades.into_inner().unwrap_or_else(PoisonError::into_inner),
            notes,
        }
    }

    /// Compiles one exercise, as cargo would.
    fn compile(
        &self,
        lesson: &Lesson,
        exercise: &[u8],
        folder: &Path,
        end: Instant,
        worker: usize,
    ) -> io::Result<Compiled> {
        let Some(rustc) = self.rustc.get(&lesson.package) else {
            return Ok(Compiled::Not("It was not built.".to_owned()));
        };
        // As in the workspace, so that messages name the file as the learner knows it.
        let (sources, out) = (folder.join("course"), folder.join(&lesson.package));
        let file = sources.join(lesson.exercise());
        let beside = file.parent().unwrap_or(&sources);
        fs::create_dir_all(beside)?;
        fs::create_dir_all(&out)?;
        fs::write(&file, exercise)?;
        fs::copy(course::root().join(lesson.exercise()).with_file_name("main.rs"), beside.join("main.rs"))?;
        self.open_to_nobody(&out, 0o777)?;

        // The compiler finds all at its own place, as cargo's call names it.
        let as_it_lies = |path: PathBuf| (path.clone(), path);
        let mut read = vec![self.sysroot.clone(), sources.join("lessons").join(&lesson.package)];
        read.extend(rustc.libraries());
        let read = read.into_iter().map(as_it_lies).collect();
        let environment = rustc.environment.clone();
        let inside = Inside { read, write: vec![as_it_lies(out.clone())], folder: Some(sources), environment };
        let mut command = self.cage.command(&self.sysroot.join("bin/rustc"), &inside, COMPILING, worker);
        command.args(rustc.arguments_into(&out));
        let said = out.join("said");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(&said)?);
        let mut tree = Tree::start(command)?;
        let left = end.saturating_duration_since(Instant::now());
        let status = tree.wait_unless(left.min(COMPILE), || self.is_interrupted())?;
        drop(tree);
        let Some(status) = status else {
            return Ok(Compiled::Not(match left < COMPILE {
                true => self.too_long(),
                false => format!("{} was still being compiled after {} s.", lesson.package, COMPILE.as_secs()),
            }));
        };
        let program = fs::read_dir(&out)?.flatten().map(|entry| entry.path()).find(|path| {
            path.extension().is_none_or(|extension| extension == "exe") && path.file_name() != said.file_name()
        });
        match (program, Said::of(&fs::read(&said)?)) {
            (Some(program), _) if status.success() => Ok(Compiled::Program(program)),
            (_, Said::Refused) => Ok(Compiled::Refused),
            (_, Said::Other(why)) => Ok(Compiled::Not(format!(
                "The compiler did not come to its end with {}: {}.",
                lesson.package,
                if why.is_empty() { status.to_string() } else { why }
            ))),
        }
    }

    /// Runs one function, and says what it was worth; or why nobody can say.
    fn run(
        &self,
        lesson: &Lesson,
        function: &Function,
        program: &Path,
        source: &str,
        end: Instant,
        worker: usize,
    ) -> Result<Grade, String> {
        let left = end.saturating_duration_since(Instant::now());
        let unwritable = |error: io::Error| format!("{} could not be run here: {error}.", lesson.package);
        let place = Place::new().map_err(unwritable)?;
        self.open_to_nobody(&place.transcript, 0o666).map_err(unwritable)?;
        // In the cage no path tells where it lies outside.
        let caged = self.cage != Cage::None;
        let (started, transcript) = match caged {
            true => (Path::new("/lesson").join(&lesson.package), PathBuf::from("/lesson/transcript")),
            false => (program.to_owned(), place.transcript.clone()),
        };
        let mut inside = Inside {
            read: vec![(program.to_owned(), started.clone())],
            write: vec![(place.transcript.clone(), transcript.clone())],
            folder: (!caged).then(|| place.inside.clone()),
            environment: vec![("LESSON_TRANSCRIPT".into(), transcript.into())],
        };
        // glibc sets 64 MiB of addresses aside for each thread: a limit on memory would be one on threads.
        inside.environment.push(("MALLOC_ARENA_MAX".into(), "1".into()));
        let mut command = self.cage.command(&started, &inside, RUNNING, worker);
        command.args(["--exercise", &function.name]);
        let limit = left.min(process::DEADLINE);
        let run = place.run(command, limit, || self.is_interrupted()).map_err(unwritable)?;
        if run.status.is_none() && limit < process::DEADLINE {
            return Err(self.too_long());
        }
        match desk::judge(lesson, &function.name, &run, source) {
            Ok(()) => Ok(Grade::Passed),
            Err(failure) => Ok(Grade::Failed(failure.sentence)),
        }
    }

    fn too_long(&self) -> String {
        format!("It took longer than {} s, and was ended.", self.timeout.as_secs())
    }

    fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// Where root makes the cage, who is in it owns nothing.
    fn open_to_nobody(&self, path: &Path, mode: u32) -> io::Result<()> {
        #[cfg(unix)]
        if self.cage == Cage::Nobody {
            use std::os::unix::fs::PermissionsExt;
            return fs::set_permissions(path, fs::Permissions::from_mode(mode));
        }
        let _ = (path, mode);
        Ok(())
    }
}

/// What rustc said; it speaks JSON, since cargo asked for that (The rustc book, "JSON Output").
enum Said {
    /// Something is wrong at a place in the exercise.
    Refused,
    /// Something else is; it may say nothing at all.
    Other(String),
}

impl Said {
    fn of(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let mut other = String::new();
        for line in text.lines() {
            let Ok(JsonValue::Object(message)) = line.parse::<JsonValue>() else {
                other += line;
                continue;
            };
            let says =
                |key: &str| message.get(key).and_then(|value| value.get::<String>()).cloned().unwrap_or_default();
            let has_place =
                message.get("spans").and_then(|spans| spans.get::<Vec<_>>()).is_some_and(|spans| !spans.is_empty());
            match (says("level").as_str(), has_place) {
                ("error", true) => return Self::Refused,
                ("error", false) if other.is_empty() => other = says("message"),
                _ => {}
            }
        }
        Self::Other(other)
    }
}
