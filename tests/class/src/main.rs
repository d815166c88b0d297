//! Grades a folder of submissions on one machine: only the exercises are the learner's, and they are compiled and run in a
//! cage.
//!
//! | module | does |
//! |---|---|
//! | [`submission`] | finds the submissions, and takes the exercises out of them |
//! | [`cage`] | holds what is compiled and run |
//! | [`compiler`] | compiles exercises |
//! | [`workshop`] | runs exercises, and gives grades |
//! | [`processors`] | keeps each worker on a processor of its own |
//! | [`report`] | writes the CSV and the summary |

mod cage;
mod compiler;
mod processors;
mod report;
mod submission;
mod workshop;

use std::cell::Cell;
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use grading::{course, orphans};
use indicatif::{ProgressBar, ProgressStyle};

use cage::Cage;
use report::{Grade, Graded};
use submission::Submission;
use workshop::Workshop;

const HELP: &str = "\
Grades a folder of submissions against this checkout of the course, as many at a time as there are processors. What the
learners wrote is compiled and run in a cage (bubblewrap, on Linux): it can read nothing of yours and change nothing.

Usage: cargo run -p class -- SUBMISSIONS [--csv FILE] [--resume] [--timeout SECONDS] [--without-cage]

  SUBMISSIONS          a folder with a folder for each learner: a checkout of the course, or some of its files.
                       Only lessons/*/src/exercise.rs count; everything else is this checkout's
  --csv FILE           write the results there: a line for each learner, a column for each function
  --resume             keep the lines that FILE has, and grade who is not in it
  --timeout SECONDS    end a submission that takes longer; 120 by default
  --without-cage       what the learners wrote has all rights that you have
  --help               this text

Exit code: 0 when everything was graded, also with bad grades; 1 when something could not be graded; 2 for wrong
arguments; 130 when it was interrupted.
";

/// What everybody is graded with, from this checkout; only the exercises are the learner's.
const COURSE: [&str; 6] =
    ["lessons/*/src/[!e]*", "lessons/narrator", "solutions", "tests/snapshots", "tests/src", "Cargo.lock"];

/// No submission takes longer, whatever somebody types.
const A_DAY: u64 = 86_400;

const NO_CAGE: &str = "\
There is no cage on this system, so what the learners wrote would run with all rights that you have: it could read your
files, and change them. Install bubblewrap (on Debian: apt install bubblewrap), or grade in a container that you throw away.
If you trust the learners, or are in such a container, add --without-cage.";

struct Arguments {
    submissions: PathBuf,
    csv: Option<(PathBuf, bool)>,
    timeout: Duration,
    without_cage: bool,
}

/// A reader that went away (`| head`) is no reason to panic, and ends no grading.
macro_rules! tell {
    ($($what:tt)*) => {{
        let _ = writeln!(io::stderr(), $($what)*);
    }};
}

fn main() -> ExitCode {
    if let Some(code) = compiler::record() {
        return code;
    }
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
    let cage = match Cage::find() {
        _ if arguments.without_cage => Cage::None,
        Ok(cage) => cage,
        Err(why) => return wrong(&format!("{NO_CAGE}\nThis is why: {why}")),
    };
    let interrupted = interruptions();
    // It holds the lock: before that, the CSV may be another grading's.
    let workshop = match Workshop::new(cage, arguments.timeout, Arc::clone(&interrupted)) {
        Ok(workshop) => workshop,
        Err(problem) => {
            tell!("{problem}");
            return ExitCode::from(1);
        }
    };
    let kept = match arguments.csv.as_ref().map(|(path, resume)| kept(path, *resume, workshop.columns())) {
        None => Default::default(),
        Some(Ok(kept)) => kept,
        Some(Err(problem)) => return wrong(&problem),
    };
    let csv = arguments.csv.map(|(path, _)| path);
    left_alone.iter().for_each(|name| tell!("{name} is no folder, and was not graded."));
    warn_if_changed();
    match grade(submissions, csv, kept, workshop, &interrupted) {
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
    let (mut submissions, mut csv, mut resume, mut timeout, mut without_cage) = (None, None, false, 120, false);
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next().map_err(say)? {
        match argument {
            Long("help") | Short('h') => return Ok(None),
            Long("csv") => csv = Some(PathBuf::from(parser.value().map_err(say)?)),
            Long("resume") => resume = true,
            Long("without-cage") => without_cage = true,
            Long("timeout") => timeout = parser.value().and_then(|value| value.parse()).map_err(say)?,
            Value(folder) if submissions.is_none() => submissions = Some(folder.into()),
            argument => return Err(say(argument.unexpected())),
        }
    }
    if timeout == 0 {
        return Err("The time limit is one second at least.".to_owned());
    }
    if resume && csv.is_none() {
        return Err("--resume needs --csv: the file that tells who was graded.".to_owned());
    }
    let submissions = submissions.ok_or("Which folder are the submissions in?")?;
    let csv = csv.map(|path| (path, resume));
    Ok(Some(Arguments { submissions, csv, timeout: Duration::from_secs(timeout.min(A_DAY)), without_cage }))
}

/// Everything but the exercises is taken from this checkout: somebody's changes here would be everybody's.
fn warn_if_changed() {
    let mut git = Command::new("git");
    git.arg("-C").arg(course::root()).args(["status", "--porcelain", "--untracked-files=all", "--"]).args(COURSE);
    // Without git, or without its folder, nothing is known.
    let Ok(output) = git.output() else { return };
    let changed = String::from_utf8_lossy(&output.stdout);
    let files: Vec<_> = changed.lines().filter_map(|line| line.get(3..)).collect();
    let Some(first) = files.first().filter(|_| output.status.success()) else { return };
    let more = if files.len() > 1 { format!(" and {} more", files.len() - 1) } else { String::new() };
    tell!("Warning: this checkout differs from its last commit, and everybody is graded with it: {first}{more}.");
}

fn grade(
    submissions: Vec<Submission>,
    csv: Option<PathBuf>,
    (kept, mut all): (String, Vec<Graded>),
    mut workshop: Workshop,
    interrupted: &AtomicBool,
) -> Result<ExitCode, String> {
    // What leaves a cage's processes is ended with the cage. To adopt them would only keep their last traces.
    if !workshop.is_caged() {
        orphans::adopt();
    }
    let known: HashSet<_> = all.iter().map(|graded| graded.learner.clone()).collect();
    let count = submissions.len();
    let submissions: Vec<_> = submissions.into_iter().filter(|each| !known.contains(&each.learner)).collect();
    if !known.is_empty() {
        tell!("{} of {count} have been graded before, and are not graded again.", count - submissions.len());
    }
    tell!("Checking the course itself, and compiling what all need …");
    let problem = workshop.build().err().or_else(|| workshop.check());
    if interrupted.load(Ordering::Relaxed) {
        tell!("Interrupted, before anything was graded.");
        return Ok(ExitCode::from(130));
    }
    if let Some(problem) = problem {
        return Err(problem);
    }
    let unwritable = |error: io::Error| format!("The CSV cannot be written: {error}.");
    let mut csv = csv.map(|path| begin(&path, &kept, workshop.columns())).transpose().map_err(unwritable)?;
    let progress = Progress::new(submissions.len());
    let mut failed = None;
    side_by_side(&submissions, &workshop, interrupted, |graded| {
        // At once, so that an interruption costs no grade that was given.
        let written = csv.iter_mut().try_for_each(|csv| csv.write(workshop.columns(), &graded));
        failed = failed.take().or(written.err());
        progress.ended(&graded);
        all.push(graded);
    });
    progress.finish();
    orphans::end();
    all.sort_by(|one, other| one.learner.cmp(&other.learner));
    if !all.is_empty() {
        print(&report::summary(workshop.columns(), &all));
    }
    if let Some(error) = failed {
        return Err(unwritable(error));
    }
    if interrupted.load(Ordering::Relaxed) {
        tell!("Interrupted: {} of {count} submissions were graded. --resume goes on from there.", all.len());
        return Ok(ExitCode::from(130));
    }
    let ungraded = all.iter().filter(|graded| graded.grades.contains(&Grade::NotGraded)).count();
    if ungraded > 0 {
        tell!("Of {count} submissions, {ungraded} could not be graded, or not in full.");
    }
    Ok(ExitCode::from(u8::from(ungraded > 0)))
}

/// What a file for results has already, if that is to be kept: its whole lines, and what they say. A line that was cut off is
/// not kept: who stands there is graded again.
fn kept(path: &Path, resume: bool, columns: &[report::Column]) -> Result<(String, Vec<Graded>), String> {
    // Nothing is changed yet: it only has to be possible.
    let file = File::options().append(true).create(true).open(path);
    file.map_err(|error| format!("{} cannot be written: {error}.", path.display()))?;
    if !resume {
        return Ok(Default::default());
    }
    let text = fs::read(path).map_err(|error| format!("{} cannot be read: {error}.", path.display()))?;
    let text = String::from_utf8_lossy(&text);
    let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
    let graded = report::read(whole, columns).map_err(|why| format!("{}: {why}", path.display()))?;
    Ok((whole.to_owned(), graded))
}

/// The same file, to be written: with what is kept, and nothing else.
fn begin(path: &Path, kept: &str, columns: &[report::Column]) -> io::Result<report::Csv> {
    let beside = path.with_extension("csv.part");
    fs::write(&beside, kept)?;
    fs::rename(&beside, path)?;
    report::Csv::new(File::options().append(true).open(path)?, columns, kept.is_empty())
}

/// Several submissions at a time, each worker on its processor. Each is handed over when it is ready.
fn side_by_side(
    submissions: &[Submission],
    workshop: &Workshop,
    interrupted: &AtomicBool,
    mut ready: impl FnMut(Graded),
) {
    // Each cage is a session.
    let processors = processors::own(workshop.is_caged());
    let (next, (sender, graded)) = (Mutex::new(submissions.iter()), mpsc::channel());
    thread::scope(|scope| {
        for (worker, processor) in processors.iter().enumerate() {
            let (next, sender) = (&next, sender.clone());
            scope.spawn(move || {
                processors::stay_on(*processor);
                while !interrupted.load(Ordering::Relaxed) {
                    let submission = next.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some(submission) = submission else { break };
                    let graded = workshop.grade(submission, worker);
                    // What was cut off is no grade.
                    if !interrupted.load(Ordering::Relaxed) {
                        let _ = sender.send(graded);
                    }
                }
            });
        }
        drop(sender);
        graded.iter().for_each(&mut ready);
    });
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
    done: Cell<usize>,
    begin: Instant,
}

impl Progress {
    fn new(count: usize) -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{bar:30} {pos} of {len}, {elapsed}, {eta} to go  {wide_msg}");
            let bar = ProgressBar::new(count as u64);
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.enable_steady_tick(Duration::from_millis(250));
            bar
        });
        Self { bar, count, done: Cell::new(0), begin: Instant::now() }
    }

    fn ended(&self, graded: &Graded) {
        let (done, count) = (self.done.get() + 1, self.count);
        self.done.set(done);
        let learner = report::printable(&graded.learner);
        let solved = format!("{learner}: {} of {} solved", graded.solved(), graded.grades.len());
        match &self.bar {
            Some(bar) => {
                bar.inc(1);
                bar.set_message(solved);
            }
            None => {
                let rest = self.begin.elapsed().as_secs_f64() / done as f64 * (count - done) as f64;
                tell!("{done} of {count}: {solved}, about {rest:.0} s to go");
            }
        }
    }

    fn finish(&self) {
        self.bar.iter().for_each(ProgressBar::finish_and_clear);
    }
}
