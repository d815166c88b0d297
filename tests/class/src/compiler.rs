//! Compiles exercises, in the cage, by the call of rustc that cargo would make.
//!
//! What all submissions need, the libraries and the lessons' own part, is built once by cargo. How cargo called rustc for a
//! lesson's program is written down meanwhile ([`record`]); for a submission the same call is made again, with its exercise.
//! All exercises of a submission are compiled as one program where that can be: one call takes far less time than ten.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::ffi::OsString;
use std::fmt::Write;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use grading::course::{self, Lesson};
use grading::process::Tree;
use tinyjson::JsonValue;

use crate::cage::{Cage, Inside, Limits};

/// For rustc: it sets more addresses aside than it uses.
const COMPILING: Limits = Limits { memory: 4 << 20, file: 64 << 10, temporary: 64 << 20, time: 30, processes: 256 };

/// No lesson takes longer to compile, also where several compile on a slow machine.
const COMPILE: Duration = Duration::from_secs(20);

/// All together take no longer, or each is compiled by itself.
const TOGETHER: Duration = Duration::from_secs(10);

/// Where a rustc that cargo calls writes down how; and by this the program knows that it is one.
const RECORD: &str = "CLASS_RECORDS_RUSTC_IN";

/// An exercise that its learner has begun.
#[derive(Debug)]
pub struct Begun {
    /// With the functions that are not started.
    pub lesson: Lesson,
    /// As it was handed in.
    pub source: Vec<u8>,
}

/// What the compiler made of one exercise.
#[derive(Debug)]
pub enum Compiled {
    /// The lesson's program, which has the lesson's name.
    Program(PathBuf),
    /// Something is wrong in the exercise.
    Refused,
    /// There is no verdict of the compiler, and why.
    Not(String),
}

/// Who compiles, and for how long.
pub struct Job<'a> {
    /// Which worker it is, from 0.
    pub worker: usize,
    /// Its folder: nobody else's, and empty.
    pub folder: &'a Path,
    /// When the submission's time is over.
    pub end: Instant,
    /// Whether everything is to be over.
    pub is_over: &'a (dyn Fn() -> bool + Sync),
}

/// The compiler, and how cargo calls it.
#[derive(Debug)]
pub struct Compiler {
    calls: BTreeMap<String, Call>,
    /// Its own folder: programs and libraries.
    sysroot: PathBuf,
    cage: Cage,
}

/// How cargo called rustc for one lesson's program.
#[derive(Debug, Clone)]
struct Call {
    arguments: Vec<String>,
    environment: Vec<(OsString, OsString)>,
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

impl Call {
    fn read(folder: &Path, package: &str) -> Option<Self> {
        let json: JsonValue = fs::read_to_string(folder.join(format!("{package}.json"))).ok()?.parse().ok()?;
        let lines: Vec<_> =
            json.get::<Vec<JsonValue>>()?.iter().filter_map(|line| line.get::<String>()).cloned().collect();
        let end = lines.iter().position(String::is_empty)?;
        let variables = lines[end + 1..].iter().filter_map(|line| line.split_once('='));
        let environment = variables.map(|(name, value)| (name.into(), value.into())).collect();
        Some(Self { arguments: lines[..end].to_vec(), environment })
    }

    /// The same call, without what only a debugger needs, and with another folder for what it makes.
    fn arguments_into(&self, out: &Path) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = self.arguments.iter().map(Into::into).collect();
        if let Some(at) = self.arguments.iter().position(|argument| argument == "--out-dir") {
            arguments[at + 1] = out.into();
        }
        arguments.extend(["-C", "debuginfo=0", "-C", "strip=symbols"].map(Into::into));
        arguments
    }

    /// The folders in which rustc finds libraries: `-L dependency=…`.
    fn libraries(&self) -> impl Iterator<Item = PathBuf> {
        self.arguments.iter().filter_map(|argument| argument.strip_prefix("dependency=")).map(PathBuf::from)
    }

    /// The libraries that the program names: what follows each `--extern`.
    fn externs(&self) -> impl Iterator<Item = &String> {
        self.arguments.windows(2).filter(|pair| pair[0] == "--extern").map(|pair| &pair[1])
    }
}

impl Compiler {
    /// Builds what all submissions need, in this folder.
    ///
    /// # Errors
    /// What cargo or rustc said.
    pub fn new(lessons: &[Lesson], folder: &Path, cage: Cage) -> Result<Self, String> {
        let records = folder.join("rustc");
        let program = env::current_exe().map_err(|error| error.to_string())?;
        fs::create_dir_all(&records).map_err(|error| format!("{} cannot be written: {error}.", records.display()))?;
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
        // An exercise of this checkout may not compile. It is nobody's.
        cargo.args(["build", "--quiet", "--locked", "--keep-going", "--message-format", "json"]);
        for lesson in lessons {
            cargo.args(["--package", &lesson.package, "--bin", &lesson.package]);
        }
        cargo.current_dir(course::root()).env("CARGO_TARGET_DIR", folder.join("target"));
        cargo.env("RUSTC_WRAPPER", program).env(RECORD, &records);
        // Somebody's own flags, such as to take warnings for errors, are not for the learners.
        for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS", "RUSTC_WORKSPACE_WRAPPER"] {
            cargo.env_remove(name);
        }
        let not_started = |program: &str, error: io::Error| format!("{program} cannot be started: {error}.");
        let built = cargo.stdin(Stdio::null()).output().map_err(|error| not_started("cargo", error))?;
        let mut calls = BTreeMap::new();
        for lesson in lessons {
            let Some(call) = Call::read(&records, &lesson.package) else {
                return Err(format!("The course cannot be built.\n{}", String::from_utf8_lossy(&built.stderr)));
            };
            calls.insert(lesson.package.clone(), call);
        }
        let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or("rustc".into()));
        rustc.args(["--print", "sysroot"]).current_dir(course::root());
        let sysroot = rustc.output().map_err(|error| not_started("rustc", error))?.stdout;
        Ok(Self { calls, sysroot: String::from_utf8_lossy(&sysroot).trim().into(), cage })
    }

    /// Compiles these exercises: what became of each.
    ///
    /// # Errors
    /// When nothing can be written, or rustc cannot be started.
    pub fn compile(&self, begun: &[Begun], job: &Job) -> io::Result<Vec<Compiled>> {
        let sources = job.folder.join("course");
        for Begun { lesson, source } in begun {
            // As in the workspace, so that messages name the file as the learner knows it.
            let file = sources.join(lesson.exercise());
            fs::create_dir_all(file.parent().unwrap_or(&sources))?;
            fs::write(&file, source)?;
            fs::write(file.with_file_name("main.rs"), main_of(lesson)?)?;
        }
        if begun.len() > 1
            && let Some(programs) = self.together(begun, &sources, job)?
        {
            return Ok(programs);
        }
        begun.iter().map(|Begun { lesson, .. }| self.alone(lesson, &sources, job)).collect()
    }

    /// One program for all. None where something is wrong: each by itself will tell with which.
    fn together(&self, begun: &[Begun], sources: &Path, job: &Job) -> io::Result<Option<Vec<Compiled>>> {
        let lessons: Vec<_> = begun.iter().map(|Begun { lesson, .. }| lesson).collect();
        let calls: Vec<_> = lessons.iter().filter_map(|lesson| self.calls.get(&lesson.package)).collect();
        let Some(first) = calls.first() else { return Ok(None) };
        let mut call = Call::clone(first);
        let own: BTreeSet<_> = first.externs().cloned().collect();
        let others: BTreeSet<_> = calls.iter().flat_map(|call| call.externs()).cloned().collect();
        for other in others.difference(&own) {
            call.arguments.extend(["--extern".to_owned(), other.clone()]);
        }
        for argument in &mut call.arguments {
            if argument.ends_with("src/main.rs") {
                *argument = "together.rs".to_owned();
            }
        }
        fs::write(sources.join("together.rs"), together(&lessons)?)?;
        let out = job.folder.join("together");
        let limit = TOGETHER.min(job.end.saturating_duration_since(Instant::now()));
        let Some(program) = self.call(&call, sources, sources, &out, limit, job)?.0 else { return Ok(None) };
        let named = |lesson: &&Lesson| {
            let path = program_of(lesson, job);
            fs::hard_link(&program, &path).map(|()| Compiled::Program(path))
        };
        lessons.iter().map(named).collect::<io::Result<Vec<_>>>().map(Some)
    }

    fn alone(&self, lesson: &Lesson, sources: &Path, job: &Job) -> io::Result<Compiled> {
        let Some(call) = self.calls.get(&lesson.package) else {
            return Ok(Compiled::Not("It was not built.".to_owned()));
        };
        let out = job.folder.join(format!("{}.out", lesson.package));
        let left = job.end.saturating_duration_since(Instant::now());
        let own = sources.join("lessons").join(&lesson.package);
        let (program, status, said) = self.call(call, sources, &own, &out, left.min(COMPILE), job)?;
        let Some(status) = status else {
            return Ok(Compiled::Not(match left < COMPILE {
                true => String::new(),
                false => format!("{} was still being compiled after {} s.", lesson.package, COMPILE.as_secs()),
            }));
        };
        Ok(match (program, said) {
            (Some(program), _) => {
                let path = program_of(lesson, job);
                fs::rename(program, &path)?;
                Compiled::Program(path)
            }
            (None, Said::Refused) => Compiled::Refused,
            (None, Said::Other(why)) => Compiled::Not(format!(
                "The compiler did not come to its end with {}: {}.",
                lesson.package,
                if why.is_empty() { status.to_string() } else { why }
            )),
        })
    }

    /// One call, in the cage, with what lies in `seen`: the program, if it came to that; how rustc ended, `None` where it had
    /// to be; and what it said.
    fn call(
        &self,
        call: &Call,
        sources: &Path,
        seen: &Path,
        out: &Path,
        limit: Duration,
        job: &Job,
    ) -> io::Result<(Option<PathBuf>, Option<ExitStatus>, Said)> {
        fs::create_dir_all(out)?;
        self.cage.open(out, 0o777)?;
        // All lies at its own place, as cargo's call names it.
        let as_it_lies = |path: PathBuf| (path.clone(), path);
        let read = [self.sysroot.clone(), seen.to_owned()].into_iter().chain(call.libraries());
        let inside = Inside {
            read: read.map(as_it_lies).collect(),
            write: vec![as_it_lies(out.to_owned())],
            folder: Some(sources.to_owned()),
            environment: call.environment.clone(),
        };
        let mut command = self.cage.command(&self.sysroot.join("bin/rustc"), &inside, COMPILING, job.worker);
        command.args(call.arguments_into(out));
        let said = out.join("said");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(&said)?);
        let mut tree = Tree::start(command)?;
        let status = tree.wait_unless(limit, job.is_over)?;
        drop(tree);
        let is_program = |path: &PathBuf| {
            path.extension().is_none_or(|extension| extension == "exe") && path.file_name() != said.file_name()
        };
        let program = fs::read_dir(out)?.flatten().map(|entry| entry.path()).find(is_program);
        Ok((program.filter(|_| status.is_some_and(|status| status.success())), status, Said::of(&beginning(&said)?)))
    }
}

/// What a file begins with: 1 MiB is more than rustc says of a file that one can read.
fn beginning(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(1 << 20).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Where a lesson's program is put.
fn program_of(lesson: &Lesson, job: &Job) -> PathBuf {
    job.folder.join(format!("{}{}", lesson.package, env::consts::EXE_SUFFIX))
}

/// The lesson's few lines of main, from this checkout.
fn main_of(lesson: &Lesson) -> io::Result<String> {
    fs::read_to_string(course::root().join(lesson.exercise()).with_file_name("main.rs"))
}

/// The main of a program that is each of these lessons, by the name that it is started by.
fn together(lessons: &[&Lesson]) -> io::Result<String> {
    let (mut modules, mut arms) = (String::new(), String::new());
    for lesson in lessons {
        let (name, main) = (format!("exercise{}", lesson.number()), main_of(lesson)?);
        let call = main.lines().find(|line| line.contains("::run(")).unwrap_or_default();
        let call = call.trim().replace("exercise::", &format!("{name}::"));
        let _ = writeln!(modules, "#[path = {:?}]\nmod {name};", lesson.exercise());
        let _ = writeln!(arms, "        Some({:?}) => {call},", lesson.package);
    }
    Ok(format!(
        "{modules}\nfn main() -> std::process::ExitCode {{\n    let program = std::env::current_exe().unwrap_or_default();\n    \
         match program.file_stem().and_then(|name| name.to_str()) {{\n{arms}        _ => std::process::ExitCode::FAILURE,\n    \
         }}\n}}\n"
    ))
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
