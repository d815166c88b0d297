//! The grader's desk: makes tests of the lessons, runs them, and reports where the learner stands.

use std::collections::BTreeMap;
use std::env;
use std::fmt::{self, Write};
use std::fs;
use std::panic;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

use colored::Colorize;

use crate::build::{self, Built};
use crate::course::{self, Function, Lesson};
use crate::harness::{self, Format, Options, Test};
use crate::orphans;
use crate::process::{self, Run};
use crate::transcript;
use crate::verdict::{self, Failure};

/// The name of the test that checks the course itself.
pub const SELF_CHECK: &str = "the_course_itself";

/// Grades all lessons. Exit code 0 when nothing failed, 101 otherwise, as of any Rust test.
pub fn grade_course() -> ExitCode {
    grade(course::lessons(), true)
}

/// Grades one lesson.
pub fn grade_lesson(package: &str) -> ExitCode {
    let lessons = course::lessons().into_iter().filter(|lesson| lesson.package == package).collect();
    grade(lessons, false)
}

/// `cargo run` alone: says where the learner stands and what is next, as the last lines of `cargo test` do. What has been
/// begun is graded for it. Exit code 0, whatever the grades are.
pub fn stand() -> ExitCode {
    if let Some(argument) = env::args().nth(1) {
        let lesson = course::lessons().into_iter().find(|lesson| lesson.package == argument);
        let package = lesson.map_or("lesson01_create".to_owned(), |lesson| lesson.package);
        eprintln!("`cargo run` alone says where you stand. A lesson is run by `cargo run -p {package}`.");
        return ExitCode::from(2);
    }
    set_up();
    let desk = Desk::new(course::lessons());
    let tests: Vec<_> = desk.tests(false).into_iter().filter(|test| test.ignored.is_none()).collect();
    desk.want(tests.iter().map(|test| test.name.as_str()));
    process::side_by_side(process::at_a_time(), &tests, |test| drop((test.run)()));
    orphans::end();
    harness::say(&desk.report(true, true, |_| true).unwrap_or_default());
    ExitCode::SUCCESS
}

fn grade(lessons: Vec<Lesson>, whole_course: bool) -> ExitCode {
    let options = match Options::parse(lexopt::Parser::from_env()) {
        Ok(Some(options)) => options,
        Ok(None) => {
            harness::say(harness::HELP);
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("After `cargo test --`: {error}. `cargo test -- --help` names the grader's flags.");
            return ExitCode::from(101);
        }
    };
    set_up();
    let desk = Desk::new(lessons);
    let tests = desk.tests(whole_course);
    // What will run decides what is built; listing builds nothing.
    desk.want(tests.iter().filter(|test| options.runs(test)).map(|test| test.name.as_str()));
    let passed = harness::run(&options, &tests);
    orphans::end();
    if !options.list && options.format != Format::Json {
        let graded = |lesson: &Lesson| {
            let package = format!("{}::", lesson.package);
            tests.iter().any(|test| test.name.starts_with(&package) && options.selects(test))
        };
        harness::say(&desk.report(whole_course, false, graded).unwrap_or_default());
    }
    ExitCode::from(if passed { 0 } else { 101 })
}

/// What holds for the whole process: its colours, and that nothing outlives it.
fn set_up() {
    // What panics in a test, as insta's assertions do in the self-check, is told by the test's own words.
    let others = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if thread::current().name() == Some("main") {
            others(info);
        }
    }));
    #[cfg(windows)]
    let _ = colored::control::set_virtual_terminal(true);
    if env::var_os("TERM").is_some_and(|term| term == "dumb") && env::var_os("CLICOLOR_FORCE").is_none() {
        colored::control::set_override(false);
    }
    orphans::adopt();
    #[cfg(unix)]
    leave_nothing_when_interrupted();
}

/// Ctrl-C reaches cargo and the grader, but no lesson: each is in a process group of its own.
#[cfg(unix)]
fn leave_nothing_when_interrupted() {
    // Where it cannot be had, a lesson's own watchdog ends it.
    let Ok(mut signals) = signal_hook::iterator::Signals::new(orphans::ending_signals()) else { return };
    thread::spawn(move || {
        if signals.forever().next().is_some() {
            process::stop();
            std::process::exit(130);
        }
    });
}

struct Desk {
    lessons: Vec<Lesson>,
    scratch: PathBuf,
    /// The packages that this run needs.
    wanted: OnceLock<Vec<String>>,
    built: OnceLock<Built>,
    /// What became of each function that was graded, by lesson.
    grades: Mutex<BTreeMap<String, Vec<Grade>>>,
}

struct Grade {
    function: String,
    /// The sentence that says what went wrong.
    failure: Option<String>,
}

impl Desk {
    fn new(lessons: Vec<Lesson>) -> Self {
        let (wanted, built) = (OnceLock::new(), OnceLock::new());
        Self { lessons, scratch: course::scratch(), wanted, built, grades: Mutex::default() }
    }

    /// A test for each function, then one for the course itself.
    fn tests(&self, whole_course: bool) -> Vec<Test<'_>> {
        let mut tests = Vec::new();
        for lesson in &self.lessons {
            for function in &lesson.functions {
                tests.push(Test {
                    name: format!("{}::{}", lesson.package, function.name),
                    ignored: function.not_started.map(|_| "not started"),
                    run: Box::new(|| self.grade(lesson, function)),
                });
            }
        }
        if whole_course {
            tests.push(Test { name: SELF_CHECK.to_owned(), ignored: None, run: Box::new(|| self.check_course()) });
        }
        tests
    }

    fn want<'a>(&self, tests: impl Iterator<Item = &'a str>) {
        let mut packages = Vec::new();
        for test in tests {
            match test.split_once("::") {
                Some((package, _)) => packages.push(package.to_owned()),
                None => packages.extend(self.lessons.iter().map(Lesson::solution)),
            }
        }
        packages.dedup();
        let _ = self.wanted.set(packages);
    }

    fn built(&self) -> &Built {
        self.built.get_or_init(|| build::main_programs(self.wanted.get().map_or(&[], Vec::as_slice)))
    }

    /// Every solution tells what its snapshots say: then the course works on this machine.
    fn check_course(&self) -> Result<(), String> {
        let built = self.built();
        let problems = Mutex::new(Vec::new());
        process::side_by_side(process::at_a_time(), &self.lessons, |lesson| {
            if let Err(problem) = check_solution(lesson, built) {
                problems.lock().unwrap_or_else(PoisonError::into_inner).push(problem);
            }
        });
        let problems = problems.into_inner().unwrap_or_else(PoisonError::into_inner);
        if problems.is_empty() {
            return Ok(());
        }
        let problems = problems.join("\n\n");
        Err(format!("The course itself is not as it should be; your own work is still graded.\n\n{problems}"))
    }

    /// Grades one function of the learner's.
    fn grade(&self, lesson: &Lesson, function: &Function) -> Result<(), String> {
        let name = &function.name;
        let run = match function.not_started {
            Some(line) => Err(verdict::not_started(lesson, name, line)),
            None => self.run(lesson, name),
        };
        let source = fs::read_to_string(course::root().join(lesson.exercise())).unwrap_or_default();
        let verdict = run.as_ref().map_err(Clone::clone);
        let failure = verdict.and_then(|run| judge(lesson, name, run, &source)).err();
        let sentence = failure.as_ref().map(|failure| failure.sentence.clone());
        let mut grades = self.grades.lock().unwrap_or_else(PoisonError::into_inner);
        let lesson_grades = grades.entry(lesson.package.clone()).or_default();
        let told_before = sentence.is_some() && lesson_grades.iter().any(|grade| grade.failure == sentence);
        lesson_grades.push(Grade { function: name.clone(), failure: sentence });
        match failure {
            None => Ok(()),
            // What does not compile is one problem, however many functions wait for it.
            Some(_) if told_before => Err("The same as the lesson's other function.".to_owned()),
            Some(failure) if failure.details.is_empty() => Err(failure.sentence),
            Some(failure) => Err(self.explain(lesson, name, &failure, run.ok().as_ref())),
        }
    }

    /// Each function runs in a process of its own: one that hangs, or ends it, takes no other's turn.
    fn run(&self, lesson: &Lesson, function: &str) -> Result<Run, Failure> {
        let (built, package) = (self.built(), &lesson.package);
        let refused = |message: &str| verdict::does_not_compile(lesson, message, built.is_refused(package));
        let program = built.executable(package).map_err(refused)?;
        let mut command = Command::new(program);
        command.args(["--exercise", function]);
        process::run(command).map_err(|error| verdict::does_not_start(lesson, &error))
    }

    /// A failure in words: what happened, the step, what to do next.
    fn explain(&self, lesson: &Lesson, function: &str, failure: &Failure, run: Option<&Run>) -> String {
        let package = &lesson.package;
        let text = format!("{}\n\n{}", failure.sentence, failure.details);
        let Some(run) = run else { return text };
        let hint = transcript::part(&run.transcript, function)
            .and_then(|part| part.lines().find(|line| line.contains(" -- --hint")))
            .map_or(format!("cargo run -p {package} -- --hint"), |line| line.trim().to_owned());
        let alone = if lesson.functions.len() > 1 { format!(" {function}") } else { String::new() };
        let text = format!(
            "{text}\nfor a hint:\n    {hint}\nsee it run:\n    cargo run -p {package} -- --exercise{alone}\n\
             see the step again, or read chapter {} of the book:\n    cargo run -p {package} -- --pause\n",
            lesson.number()
        );
        match self.keep(lesson, function, run) {
            Some((expected, yours)) => {
                format!("{text}the full difference:\n    git diff --no-index {expected} {yours}\n")
            }
            None => text,
        }
    }

    /// Both stories as files, for those who want to compare them whole.
    fn keep(&self, lesson: &Lesson, function: &str, run: &Run) -> Option<(String, String)> {
        let keep = |name: &str, story: &str| {
            let path = self.scratch.join(format!("{}.{function}.{name}", lesson.package));
            fs::write(&path, transcript::part(story, function)?.trim_start()).ok()?;
            Some(path.strip_prefix(course::root()).unwrap_or(&path).display().to_string())
        };
        Some((keep("expected", &expected(lesson, "exercise"))?, keep("yours", &run.transcript)?))
    }

    /// Where the learner stands, in the lessons that were chosen: the last that they read. What went wrong is told here where
    /// it was not told before.
    fn report(
        &self,
        whole_course: bool,
        with_sentences: bool,
        chosen: impl Fn(&Lesson) -> bool,
    ) -> Result<String, fmt::Error> {
        let mut text = String::new();
        let grades = self.grades.lock().unwrap_or_else(PoisonError::into_inner);
        let lessons = self.lessons.iter().filter(|lesson| chosen(lesson));
        let standing: Vec<_> = lessons.map(|lesson| (lesson, Standing::of(lesson, &grades))).collect();
        if standing.is_empty() {
            return Ok(text);
        }
        let whole_course = whole_course && standing.len() == self.lessons.len();
        if whole_course {
            writeln!(text, "{}", "Where you stand".bold())?;
        }
        for (lesson, standing) in &standing {
            let sentence = standing.failure().filter(|_| with_sentences);
            let sentence = sentence.map(|sentence| format!(": {sentence}")).unwrap_or_default();
            writeln!(text, "  {:<18}{standing}{sentence}", lesson.title())?;
        }
        let solved = |standing: &Standing| matches!(standing, Standing::Solved);
        // What the last solved lesson has proved, in the words of the solution's run: the same, since it is solved.
        if let Some((lesson, _)) = standing.iter().rfind(|(_, standing)| solved(standing))
            && let Some(end) = transcript::end(&expected(lesson, "exercise"))
        {
            // Where the course goes on is told below: with the first lesson that is not solved.
            let proved = end.split("\n   Next: ").next().unwrap_or_default();
            writeln!(text, "\nLesson {}: {}", lesson.title(), proved.trim())?;
        }
        writeln!(text)?;
        if whole_course {
            let count = standing.iter().filter(|(_, standing)| solved(standing)).count();
            writeln!(text, "{}", format!("{count} of {} lessons solved", standing.len()).bold())?;
        }
        // Of a lesson that is solved, what comes after it; otherwise the first that is not.
        let solved_last = standing.iter().rfind(|(_, standing)| solved(standing)).map(|(lesson, _)| lesson.number());
        let next = match standing.iter().find(|(_, standing)| !solved(standing)) {
            Some((lesson, standing)) => Some(((*lesson).clone(), matches!(standing, Standing::NotStarted))),
            None => {
                let after = |lesson: &Lesson| solved_last.is_some_and(|number| lesson.number() == number + 1);
                course::lessons().into_iter().find(after).map(|lesson| (lesson.clone(), lesson.is_untouched()))
            }
        };
        match next {
            Some((lesson, begin)) => {
                let then = if begin { "then begin in" } else { "then go on in" };
                writeln!(text, "{}", format!("Next: lesson {}", lesson.title()).bold())?;
                writeln!(text, "  {:<18}chapter {} of the book: mdbook serve book", "read", lesson.number())?;
                writeln!(text, "  {:<18}cargo run -p {} -- --pause", "or watch", lesson.package)?;
                writeln!(text, "  {then:<18}{}", lesson.place())?;
                writeln!(text, "  {:<18}cargo test -p {}", "and be graded", lesson.package)?;
                if !begin {
                    let refused = standing
                        .iter()
                        .any(|(stood, standing)| stood.package == lesson.package && standing.is_refused());
                    let program = if refused { lesson.solution() } else { lesson.package };
                    writeln!(text, "  {:<18}cargo run -p {program} -- --hint", "for a hint")?;
                }
            }
            None => {
                let chapter = solved_last.unwrap_or_default() + 1;
                writeln!(text, "{}", format!("Next: chapter {chapter} of the book, From an empty file").bold())?;
                writeln!(text, "  {:<18}mdbook serve book", "read")?;
            }
        }
        Ok(text)
    }
}

/// What a lesson has come to.
enum Standing {
    Solved,
    NotStarted,
    NotGraded,
    Under { solved: usize, of: usize, failure: Option<String> },
}

impl Standing {
    fn of(lesson: &Lesson, grades: &BTreeMap<String, Vec<Grade>>) -> Self {
        let Some(grades) = grades.get(&lesson.package) else {
            return if lesson.is_untouched() { Self::NotStarted } else { Self::NotGraded };
        };
        let (solved, of) = (grades.iter().filter(|grade| grade.failure.is_none()).count(), lesson.functions.len());
        if solved == of {
            return Self::Solved;
        }
        // In the order of the source, not of the threads that graded them.
        let failure = lesson.functions.iter().find_map(|function| {
            let grade = grades.iter().find(|grade| grade.function == function.name)?;
            grade.failure.clone()
        });
        Self::Under { solved, of, failure }
    }
}

impl Standing {
    /// What went wrong.
    fn failure(&self) -> Option<&str> {
        match self {
            Self::Under { failure, .. } => failure.as_deref(),
            _ => None,
        }
    }

    /// Whether the compiler refuses the exercise, so that its own program can give no hint.
    fn is_refused(&self) -> bool {
        self.failure().is_some_and(|sentence| sentence.contains(verdict::DOES_NOT_COMPILE))
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Solved => write!(f, "{}", "solved".green()),
            Self::NotStarted => write!(f, "{}", "not started".dimmed()),
            Self::NotGraded => write!(f, "{}", "not graded in this run".dimmed()),
            Self::Under { solved, of, .. } => write!(f, "{}", format!("{solved} of {of} solved").red()),
        }
    }
}

/// A snapshot's file; its name says which lesson, and which half.
fn snapshot(lesson: &Lesson, half: &str) -> PathBuf {
    course::root().join("tests/snapshots").join(format!("{}.{half}.snap", lesson.package))
}

/// What a learner's run is held against. Read by insta, and asserted by nobody: no variable of insta's can pass a run.
pub fn expected(lesson: &Lesson, half: &str) -> String {
    let snapshot = insta::Snapshot::from_file(&snapshot(lesson, half));
    let text = snapshot.ok().and_then(|snapshot| Some(snapshot.as_text()?.to_string())).unwrap_or_default();
    format!("\n{}", transcript::without_anchors(&text))
}

/// Whether a run of one function is right, and so is its source, where no run can tell.
///
/// # Errors
/// What is wrong.
pub fn judge(lesson: &Lesson, function: &str, run: &Run, source: &str) -> Result<(), Failure> {
    verdict::compare(function, run, &expected(lesson, "exercise"))?;
    verdict::hands_on_listens_error(function, source)
}

/// Runs a solution whole, and asserts both halves of its story.
fn check_solution(lesson: &Lesson, built: &Built) -> Result<(), String> {
    let solution = lesson.solution();
    let program = built.executable(&solution).map_err(|message| format!("{solution} was not built.\n{message}"))?;
    let run = process::run(Command::new(program)).map_err(|error| format!("{solution} cannot be started: {error}."))?;

    // Only Linux tells what the kernel sees, and only where nothing forbids to ask.
    let walkthrough = transcript::walkthrough(&run.transcript);
    if cfg!(target_os = "linux")
        && !walkthrough.contains("not shown by this system")
        && !assert_snapshot(lesson, "walkthrough", walkthrough)
    {
        verdict::compare_walkthrough(&lesson.package, walkthrough, &expected(lesson, "walkthrough"))?;
    }
    // What this system cannot show is not held against it: then the parts are compared, without the skipped steps.
    let exercise = transcript::exercise(&run.transcript);
    let whole = !transcript::steps(exercise).iter().any(|step| transcript::is_skipped(step));
    if whole && assert_snapshot(lesson, "exercise", exercise) {
        return Ok(());
    }
    for function in &lesson.functions {
        verdict::compare(&function.name, &run, &expected(lesson, "exercise")).map_err(|failure| {
            format!("{solution} differs from its snapshot. {}\n{}", failure.sentence, failure.details)
        })?;
    }
    if whole { Err(format!("What {solution} says at its end differs from its snapshot.")) } else { Ok(()) }
}

fn assert_snapshot(lesson: &Lesson, half: &str, story: &str) -> bool {
    matches_snapshot(&format!("{}.{half}", lesson.package), &format!("solutions/{}", lesson.solution()), story)
}

/// insta's own assertion, which also writes the snapshot when a maintainer asks for it. Whether it held.
pub fn matches_snapshot(name: &str, made_from: &str, story: &str) -> bool {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(course::root().join("tests/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_input_file(made_from);
    let story = transcript::with_anchors(story);
    settings.bind(|| panic::catch_unwind(|| insta::assert_snapshot!(name, story)).is_ok())
}
