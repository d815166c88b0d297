//! Grades a folder of submissions on one machine: each in a fresh copy of the course, of which only the exercises are
//! the learner's.
//!
//! | module | does |
//! |---|---|
//! | [`submission`] | finds the submissions, and takes the exercises out of them |
//! | [`copy`] | lays out the course with a learner's exercises, and runs cargo there under a time limit |
//! | [`report`] | writes the CSV and the summary |

mod copy;
mod report;
mod submission;

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use grading::{course, orphans};
use indicatif::{ProgressBar, ProgressStyle};

use copy::Copy;
use report::{Grade, Graded};

const HELP: &str = "\
Grades a folder of submissions, one after the other, against this checkout of the course.

Usage: cargo run -p class -- SUBMISSIONS [--csv FILE] [--timeout SECONDS]

  SUBMISSIONS          a folder with a folder for each learner: a checkout of the course, or some of its files.
                       Only lessons/*/src/exercise.rs count; everything else is this checkout's
  --csv FILE           write the results there: a line for each learner, a column for each function
  --timeout SECONDS    end a submission that takes longer; 120 by default
  --help               this text

Exit code: 0 when everything was graded, also with bad grades; 1 when something could not be graded; 2 for wrong
arguments; 130 when it was interrupted.
";

/// What everybody is graded with, from this checkout; only the exercises are the learner's.
const PRISTINE: [&str; 7] = ["lessons", "solutions", "tests", "book/snippets", ".cargo", "Cargo.toml", "Cargo.lock"];

struct Arguments {
    submissions: PathBuf,
    csv: Option<PathBuf>,
    timeout: Duration,
}

/// A reader that went away (`| head`) is no reason to panic, and ends no grading.
macro_rules! tell {
    ($($what:tt)*) => {{
        let _ = writeln!(io::stderr(), $($what)*);
    }};
}

fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            print(HELP);
            return ExitCode::SUCCESS;
        }
        Err(problem) => return wrong(&problem),
    };
    let (submissions, left_alone) = match submission::all(&arguments.submissions) {
        Ok(found) => found,
        Err(problem) => return wrong(&problem),
    };
    let interrupted = interruptions();
    // It holds the lock: before that, the CSV may be another grading's.
    let copy = match Copy::of_the_course(arguments.timeout, Arc::clone(&interrupted)) {
        Ok(copy) => copy,
        Err(problem) => {
            tell!("{problem}");
            return ExitCode::from(1);
        }
    };
    let csv = match arguments.csv.map(|path| File::create(&path).map_err(|error| (path, error))).transpose() {
        Ok(csv) => csv,
        Err((path, error)) => return wrong(&format!("{} cannot be written: {error}", path.display())),
    };
    left_alone.iter().for_each(|name| tell!("{name} is no folder, and was not graded."));
    warn_if_changed();
    match grade(&submissions, csv, &copy, &interrupted) {
        Ok(code) => code,
        Err(problem) => {
            tell!("{problem}");
            ExitCode::from(1)
        }
    }
}

fn wrong(problem: &str) -> ExitCode {
    tell!("{problem}\n`cargo run -p class -- --help` shows how to use it.");
    ExitCode::from(2)
}

/// What was asked for; `None` for the help.
fn arguments() -> Result<Option<Arguments>, String> {
    use lexopt::prelude::*;
    let say = |error: lexopt::Error| format!("{error}.");
    let (mut submissions, mut csv, mut timeout) = (None, None, 120);
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next().map_err(say)? {
        match argument {
            Long("help") | Short('h') => return Ok(None),
            Long("csv") => csv = Some(parser.value().map_err(say)?.into()),
            Long("timeout") => timeout = parser.value().and_then(|value| value.parse()).map_err(say)?,
            Value(folder) if submissions.is_none() => submissions = Some(folder.into()),
            argument => return Err(say(argument.unexpected())),
        }
    }
    if timeout == 0 {
        return Err("The time limit is one second at least.".to_owned());
    }
    let submissions = submissions.ok_or("Which folder are the submissions in?")?;
    Ok(Some(Arguments { submissions, csv, timeout: Duration::from_secs(timeout) }))
}

/// Everything but the exercises is taken from this checkout: somebody's changes here would be everybody's.
fn warn_if_changed() {
    let mut git = Command::new("git");
    git.arg("-C").arg(course::root()).args(["status", "--porcelain", "--untracked-files=all", "--"]).args(PRISTINE);
    // Without git, or without its folder, nothing is known.
    let Ok(output) = git.output() else { return };
    let changed = String::from_utf8_lossy(&output.stdout);
    let files: Vec<_> = changed.lines().filter_map(|line| line.get(3..)).collect();
    let Some(first) = files.first().filter(|_| output.status.success()) else { return };
    let more = if files.len() > 1 { format!(" and {} more", files.len() - 1) } else { String::new() };
    tell!("Warning: this checkout differs from its last commit, and everybody is graded with it: {first}{more}.");
}

fn grade(
    submissions: &[submission::Submission],
    csv: Option<File>,
    copy: &Copy,
    interrupted: &AtomicBool,
) -> Result<ExitCode, String> {
    orphans::adopt();
    tell!("Checking the course itself, and compiling what all need …");
    if let Some(problem) = copy.check().filter(|_| !interrupted.load(Ordering::Relaxed)) {
        tell!("{problem}");
    }
    orphans::end();
    let failed = |error: io::Error| format!("The CSV cannot be written: {error}.");
    let mut csv = csv.map(report::Csv::new);
    csv.iter_mut().try_for_each(|csv| csv.write_head(copy.columns())).map_err(failed)?;

    let progress = Progress::new(submissions.len());
    let mut all: Vec<Graded> = Vec::new();
    for submission in submissions {
        if interrupted.load(Ordering::Relaxed) {
            break;
        }
        progress.begins(&submission.learner);
        let graded = copy.grade(submission);
        orphans::end();
        if interrupted.load(Ordering::Relaxed) {
            break;
        }
        // At once, so that an interruption costs no grade that was given.
        csv.iter_mut().try_for_each(|csv| csv.write(&graded)).map_err(failed)?;
        progress.ended(&graded);
        all.push(graded);
    }
    progress.finish();
    if !all.is_empty() {
        print(&report::summary(copy.columns(), &all));
    }
    if interrupted.load(Ordering::Relaxed) {
        tell!("Interrupted: {} of {} submissions were graded.", all.len(), submissions.len());
        return Ok(ExitCode::from(130));
    }
    let ungraded = all.iter().filter(|graded| graded.grades.contains(&Grade::NotGraded)).count();
    if ungraded > 0 {
        tell!("Of {} submissions, {ungraded} could not be graded, or not in full.", all.len());
    }
    Ok(ExitCode::from(u8::from(ungraded > 0)))
}

/// A reader that went away is no reason to panic.
fn print(text: &str) {
    let _ = io::stdout().write_all(text.as_bytes());
}

/// Set by Ctrl-C. A submission has a process group of its own, which the terminal's signal does not reach.
fn interruptions() -> Arc<AtomicBool> {
    let interrupted = Arc::default();
    #[cfg(unix)]
    for signal in orphans::ending_signals() {
        // Where it cannot be set, the signal ends this program as it always did.
        let _ = signal_hook::flag::register(signal, Arc::clone(&interrupted));
    }
    interrupted
}

/// A bar on a terminal, and elsewhere a line for each submission.
struct Progress {
    bar: Option<ProgressBar>,
    count: usize,
    done: std::cell::Cell<usize>,
}

impl Progress {
    fn new(count: usize) -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{bar:30} {pos} of {len}, {elapsed}  {wide_msg}");
            let bar = ProgressBar::new(count as u64);
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.enable_steady_tick(Duration::from_millis(250));
            bar
        });
        Self { bar, count, done: std::cell::Cell::new(0) }
    }

    fn begins(&self, learner: &str) {
        self.bar.iter().for_each(|bar| bar.set_message(report::printable(learner)));
    }

    fn ended(&self, graded: &Graded) {
        self.done.set(self.done.get() + 1);
        match &self.bar {
            Some(bar) => bar.inc(1),
            None => {
                let learner = report::printable(&graded.learner);
                tell!(
                    "{} of {}: {learner}: {} of {} solved",
                    self.done.get(),
                    self.count,
                    graded.solved(),
                    graded.grades.len()
                );
            }
        }
    }

    fn finish(&self) {
        self.bar.iter().for_each(ProgressBar::finish_and_clear);
    }
}
