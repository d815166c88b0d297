//! Says what a run was worth, to the one who wrote the exercise.

use std::process::ExitStatus;

use crate::course::{self, Lesson};
use crate::process::Run;
use crate::transcript;

/// What kept a function from being right.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What happened, in one sentence. It is told once.
    pub sentence: String,
    /// What the grader has to show for it.
    pub details: String,
}

/// What is said of an exercise that the compiler refuses.
pub const DOES_NOT_COMPILE: &str = "does not compile";

/// The lesson's program could not be built, so none of its functions can be graded.
pub fn does_not_compile(lesson: &Lesson, message: &str, is_refused: bool) -> Failure {
    const LINES: usize = 40;
    let mut shown = message.trim().lines().take(LINES).collect::<Vec<_>>().join("\n");
    if message.trim().lines().count() > LINES {
        shown += &format!("\n… all of it: cargo build -p {}", lesson.package);
    }
    let exercise = lesson.exercise();
    let sentence = match course::root().join(&exercise).is_file() {
        true if !is_refused => {
            format!("{} could not be built, but not because of the exercise: cargo says why.", lesson.package)
        }
        true => format!("{} {DOES_NOT_COMPILE}; the other lessons are still graded.", lesson.package),
        false => format!("{} is gone. `git checkout {0}` brings it back as it was.", exercise.display()),
    };
    let mut details = indent(&shown);
    if is_refused {
        details += &format!(
            "\nnext: correct {}, then\n    cargo test -p {}\nfor a hint:\n    cargo run -p {} -- --hint\n",
            exercise.display(),
            lesson.package,
            lesson.solution()
        );
    }
    Failure { sentence, details }
}

/// The lesson's program could not be started.
pub fn does_not_start(lesson: &Lesson, error: &std::io::Error) -> Failure {
    Failure {
        sentence: format!("{} was built and cannot be started: {error}.", lesson.package),
        details: String::new(),
    }
}

/// `your_turn!` still stands, and somebody asked for the test.
pub fn not_started(lesson: &Lesson, function: &str, line: usize) -> Failure {
    let sentence = format!("{function} is not started: {}:{line}", lesson.exercise().display());
    Failure { sentence, details: String::new() }
}

/// Compares one function's part of a run with the same part of the solution's.
///
/// # Errors
/// What went wrong, when they differ.
pub fn compare(function: &str, run: &Run, expected: &str) -> Result<(), Failure> {
    let Some(part) = transcript::part(&run.transcript, function) else {
        return Err(had_no_turn(function, run));
    };
    let expected = transcript::part(expected, function).unwrap_or_default();
    let (expected, yours) = (transcript::steps(expected), transcript::steps(part));
    let count = expected.len().max(yours.len());
    let differing = (0..count).find(|&at| match (expected.get(at), yours.get(at)) {
        (Some(_), Some(yours)) if transcript::is_skipped(yours) => false,
        (expected, yours) => expected != yours,
    });
    let Some(at) = differing else { return Ok(()) };

    let sentence = transcript::mistake(part)
        .or_else(|| came_to_your_turn(function, part))
        .or_else(|| ended_early(function, run))
        .unwrap_or_else(|| format!("Step {} of {function} differs from the solution's.", at + 1));
    let nothing = || "(nothing: it ended before)".to_owned();
    // The sentence about the mistake has been said by then.
    let expected = indent(&expected.get(at).cloned().unwrap_or_else(nothing));
    let yours = indent(&yours.get(at).map_or_else(nothing, |step| transcript::without_mistakes(step)));
    Err(Failure { sentence, details: format!("expected:\n{expected}\nyours:\n{yours}") })
}

/// What no run can show: listen does not fail on loopback, so whether its error would reach the caller stands in the source.
///
/// # Errors
/// Where it would reach nobody.
pub fn hands_on_listens_error(function: &str, source: &str) -> Result<(), Failure> {
    if !course::throws_away(source, "listen") {
        return Ok(());
    }
    let sentence =
        format!("{function} throws away what listen returns, so an error of listen would reach nobody: hand it on.");
    let line = source.lines().position(|line| line.contains("listen(")).unwrap_or_default();
    let shown = source.lines().nth(line).unwrap_or_default().trim();
    Err(Failure { sentence, details: format!("line {}:\n    {shown}\n", line + 1) })
}

/// A walkthrough that differs: somebody changed the lesson, or this system does something else.
///
/// # Errors
/// The first step that differs.
pub fn compare_walkthrough(package: &str, transcript: &str, expected: &str) -> Result<(), String> {
    let (expected, yours) = (transcript::steps(expected), transcript::steps(transcript));
    let count = expected.len().max(yours.len());
    let skipped = |at: usize| yours.get(at).is_some_and(|step| transcript::is_skipped(step));
    let Some(at) = (0..count).find(|&at| !skipped(at) && expected.get(at) != yours.get(at)) else { return Ok(()) };
    let step = |steps: &[String]| indent(steps.get(at).map_or("(nothing)", String::as_str));
    Err(format!(
        "The walkthrough of {package} differs from its snapshot.\n\nexpected:\n{}\nyours:\n{}\n\n\
         If you changed src/walkthrough.rs or src/lib.rs, this brings them back: git checkout \
         lessons/{package}/src/walkthrough.rs lessons/{package}/src/lib.rs",
        step(&expected),
        step(&yours),
    ))
}

/// The learner has begun, and a line still waits for them.
fn came_to_your_turn(function: &str, part: &str) -> Option<String> {
    let place = part.lines().skip_while(|line| !line.starts_with("   It is your turn: ")).nth(1)?;
    Some(format!("{function} came to a `your_turn!` that still waits for your code, in {}.", place.trim()))
}

fn had_no_turn(function: &str, run: &Run) -> Failure {
    let sentence = ended_early(function, run)
        .unwrap_or_else(|| format!("{function} had no turn: the lesson's src/main.rs or src/lib.rs does not call it."));
    Failure { sentence, details: String::new() }
}

/// How a run ended that did not tell its end. `None` for one that did.
fn ended_early(function: &str, run: &Run) -> Option<String> {
    if transcript::end(&run.transcript).is_some() {
        return None;
    }
    let how = match run.status {
        None => "the run did not end by itself and had to be killed".to_owned(),
        Some(status) => match signal(status) {
            Some(6) => "the process aborted (signal 6): a stack overflow does that, and so does running out of memory"
                .to_owned(),
            Some(signal) => format!("the process was ended by signal {signal}"),
            None => format!(
                "the process left before the lesson was over, with exit code {}: something called `std::process::exit`",
                status.code().unwrap_or_default()
            ),
        },
    };
    Some(format!("In {function}, {how}."))
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_status: ExitStatus) -> Option<i32> {
    None
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("    {line}").trim_end().to_owned() + "\n").collect()
}
