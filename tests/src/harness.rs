//! The test harness: takes what follows `cargo test --`, runs tests side by side, and prints what became of them.
//!
//! Its flags and lines are those of Rust's own (The rustc book, "Tests"), as far as a grading needs them, so that readers
//! and tools such as cargo-nextest find what they know. The crate for this is libtest-mimic; but to compile its command
//! line (clap, with syn) took a third of a first `cargo test`.

use std::any::Any;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use colored::{ColoredString, Colorize};
use tinyjson::JsonValue;

use crate::process::{at_a_time, side_by_side};

/// A test that is made while the program runs.
pub struct Test<'a> {
    /// By this it is chosen, and reported.
    pub name: String,
    /// Why it is left out, unless somebody asks for it.
    pub ignored: Option<&'static str>,
    /// What it does. An error says why it failed.
    pub run: Box<dyn Fn() -> Result<(), String> + Sync + 'a>,
}

/// What the command line asks for.
#[derive(Debug)]
pub struct Options {
    filters: Vec<String>,
    skip: Vec<String>,
    exact: bool,
    ignored: Ignored,
    threads: usize,
    /// Name the tests, and run none.
    pub list: bool,
    /// How results are printed.
    pub format: Format,
}

/// What happens to a test that is ignored.
#[derive(Debug, Clone, Copy)]
enum Ignored {
    LeftOut,
    Included,
    Only,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A line for each test.
    Pretty,
    /// A character for each test.
    Terse,
    /// A JSON event in each line.
    Json,
}

/// The text of `--help`.
pub const HELP: &str = "\
Usage: cargo test [-p LESSON] [FILTER] [-- FLAG…]

Grades the functions whose names contain FILTER, or all.

  --include-ignored    a function that is not started fails, too
  --ignored            only functions that are not started
  --exact              a FILTER is a whole name
  --skip FILTER        leave these out
  --list               name them, and grade nothing
  --test-threads N     how many at a time; otherwise eight, or twice the cores
  --format FORMAT      pretty, terse, or json: an event a line, without a summary
  -q, --quiet          as --format terse
  --color WHEN         auto, always, or never
  -h, --help           show this text

Exit code: 0 all passed; 101 something failed, or a flag was wrong.
";

impl Options {
    /// Reads the arguments; `None` when they ask for help.
    ///
    /// # Errors
    /// When one is unknown, or does not fit.
    pub fn parse(mut parser: lexopt::Parser) -> Result<Option<Self>, lexopt::Error> {
        use lexopt::prelude::*;
        let mut options = Self {
            filters: Vec::new(),
            skip: Vec::new(),
            exact: false,
            ignored: Ignored::LeftOut,
            threads: at_a_time(),
            list: false,
            format: Format::Pretty,
        };
        while let Some(argument) = parser.next()? {
            match argument {
                Value(filter) => options.filters.push(filter.string()?),
                Long("skip") => options.skip.push(parser.value()?.string()?),
                Long("exact") => options.exact = true,
                Long("include-ignored") => options.ignored = Ignored::Included,
                Long("ignored") => options.ignored = Ignored::Only,
                Long("list") => options.list = true,
                Long("test-threads") => {
                    let number = |text: &str| text.parse::<NonZeroUsize>().map_err(|_| "it is a number from 1");
                    options.threads = parser.value()?.parse_with(number)?.into();
                }
                Long("format") => {
                    options.format = parser.value()?.parse_with(|format| match format {
                        "pretty" => Ok(Format::Pretty),
                        "terse" => Ok(Format::Terse),
                        "json" => Ok(Format::Json),
                        _ => Err("it is pretty, terse, or json"),
                    })?;
                }
                Short('q') | Long("quiet") => options.format = Format::Terse,
                Long("color") => match parser.value()?.string()?.as_str() {
                    "auto" => colored::control::unset_override(),
                    "always" => colored::control::set_override(true),
                    "never" => colored::control::set_override(false),
                    _ => return Err("--color is auto, always, or never".into()),
                },
                Short('h') | Long("help") => return Ok(None),
                // Rust's own harness has them. What an exercise prints is never shown here, whatever they say.
                Long("nocapture" | "no-capture" | "show-output" | "test") => {}
                Short('Z') => drop(parser.value()?),
                argument => return Err(argument.unexpected()),
            }
        }
        Ok(Some(options))
    }

    /// Whether the filters choose this test.
    pub fn selects(&self, test: &Test) -> bool {
        let matches = |filter: &String| if self.exact { test.name == *filter } else { test.name.contains(filter) };
        let ignored = !matches!(self.ignored, Ignored::Only) || test.ignored.is_some();
        ignored && (self.filters.is_empty() || self.filters.iter().any(matches)) && !self.skip.iter().any(matches)
    }

    /// Why this test is left out, if it is.
    fn leaves_out(&self, test: &Test) -> Option<&'static str> {
        test.ignored.filter(|_| matches!(self.ignored, Ignored::LeftOut))
    }

    /// Whether this test will run.
    pub fn runs(&self, test: &Test) -> bool {
        !self.list && self.selects(test) && self.leaves_out(test).is_none()
    }
}

/// What became of a test.
enum Outcome {
    Passed,
    Failed(String),
    Ignored(&'static str),
}

/// Runs what the options choose, or names it. Whether nothing failed.
pub fn run(options: &Options, tests: &[Test]) -> bool {
    let chosen: Vec<_> = tests.iter().filter(|test| options.selects(test)).collect();
    if options.list {
        chosen.iter().for_each(|test| say(&format!("{}: test\n", test.name)));
        return true;
    }
    let begin = Instant::now();
    let printer = Mutex::new(Printer::new(options.format, &chosen));
    // The last begin first: they take longest, and by then all have begun.
    let places: Vec<_> = (0..chosen.len()).rev().collect();
    side_by_side(options.threads, &places, |&place| {
        let test = chosen[place];
        let outcome = match options.leaves_out(test) {
            Some(why) => Outcome::Ignored(why),
            None => match panic::catch_unwind(AssertUnwindSafe(&test.run)) {
                Ok(Ok(())) => Outcome::Passed,
                Ok(Err(why)) => Outcome::Failed(why),
                Err(payload) => Outcome::Failed(format!("The grader itself panicked: {}", message(&*payload))),
            },
        };
        printer.lock().unwrap_or_else(PoisonError::into_inner).came(place, outcome);
    });
    let printer = printer.into_inner().unwrap_or_else(PoisonError::into_inner);
    printer.end(tests.len() - chosen.len(), begin.elapsed())
}

/// The text of a panic.
fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("it does not say why")
}

/// Writes to standard output. A reader that went away (`| head`) is no reason to panic.
pub fn say(text: &str) {
    let mut stdout = io::stdout();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}

/// Prints in the order of the tests, whichever is ready first: the one whose line has no end yet is being waited for.
struct Printer<'a> {
    format: Format,
    names: Vec<&'a str>,
    outcomes: Vec<Option<Outcome>>,
    /// How many lines are complete.
    printed: usize,
}

impl<'a> Printer<'a> {
    fn new(format: Format, tests: &[&'a Test]) -> Self {
        let names: Vec<_> = tests.iter().map(|test| test.name.as_str()).collect();
        let (count, outcomes) = (names.len(), names.iter().map(|_| None).collect());
        match format {
            Format::Json => {
                say(&format!("{{ \"type\": \"suite\", \"event\": \"started\", \"test_count\": {count} }}\n"))
            }
            _ => say(&format!("\nrunning {count} test{}\n", if count == 1 { "" } else { "s" })),
        }
        if count == 0 && format != Format::Json {
            say("Nothing was chosen. `cargo test -- --list` names what there is.\n");
        }
        let printer = Self { format, names, outcomes, printed: 0 };
        printer.begin_line();
        printer
    }

    fn came(&mut self, place: usize, outcome: Outcome) {
        if self.format == Format::Json {
            say(&event(self.names[place], &outcome));
        }
        self.outcomes[place] = Some(outcome);
        while let Some(Some(outcome)) = self.outcomes.get(self.printed) {
            match self.format {
                Format::Pretty => say(&format!("{}\n", word(outcome))),
                Format::Terse => say(&character(outcome).to_string()),
                Format::Json => {}
            }
            self.printed += 1;
            self.begin_line();
        }
    }

    fn begin_line(&self) {
        if let (Format::Pretty, Some(name)) = (self.format, self.names.get(self.printed)) {
            let width = self.names.iter().map(|name| name.len()).max().unwrap_or_default();
            say(&format!("test {name:<width$} ... "));
        }
    }

    /// What is said when all came. Whether nothing failed.
    fn end(&self, filtered_out: usize, time: Duration) -> bool {
        let count = |what: fn(&Outcome) -> bool| self.outcomes.iter().flatten().filter(|outcome| what(outcome)).count();
        let passed = count(|outcome| matches!(outcome, Outcome::Passed));
        let failed = count(|outcome| matches!(outcome, Outcome::Failed(_)));
        let ignored = count(|outcome| matches!(outcome, Outcome::Ignored(_)));
        let seconds = time.as_secs_f64();
        if self.format == Format::Json {
            let event = if failed == 0 { "ok" } else { "failed" };
            say(&format!(
                "{{ \"type\": \"suite\", \"event\": \"{event}\", \"passed\": {passed}, \"failed\": {failed}, \
                 \"ignored\": {ignored}, \"measured\": 0, \"filtered_out\": {filtered_out}, \"exec_time\": {seconds:.3} }}\n"
            ));
            return failed == 0;
        }
        if self.format == Format::Terse {
            say("\n");
        }
        if failed > 0 {
            say("\nfailures:\n");
        }
        for (name, outcome) in self.names.iter().zip(&self.outcomes) {
            if let Some(Outcome::Failed(why)) = outcome {
                say(&format!("\n---- {name} ----\n{}\n", why.trim_end()));
            }
        }
        let result = if failed == 0 { "ok".green() } else { "FAILED".red() };
        say(&format!(
            "\ntest result: {result}. {passed} passed; {failed} failed; {ignored} ignored; {filtered_out} filtered out; \
             finished in {seconds:.2}s\n\n"
        ));
        failed == 0
    }
}

fn word(outcome: &Outcome) -> ColoredString {
    match outcome {
        Outcome::Passed => "ok".green(),
        Outcome::Failed(_) => "FAILED".red(),
        Outcome::Ignored(why) => format!("ignored, {why}").yellow(),
    }
}

fn character(outcome: &Outcome) -> ColoredString {
    match outcome {
        Outcome::Passed => ".".normal(),
        Outcome::Failed(_) => "F".red(),
        Outcome::Ignored(_) => "i".yellow(),
    }
}

/// As one of JSON's lines.
fn event(name: &str, outcome: &Outcome) -> String {
    let (event, more) = match outcome {
        Outcome::Passed => ("ok", String::new()),
        Outcome::Failed(why) => ("failed", format!(", \"stdout\": {}", json(why))),
        Outcome::Ignored(why) => ("ignored", format!(", \"message\": {}", json(why))),
    };
    format!("{{ \"type\": \"test\", \"name\": {}, \"event\": \"{event}\"{more} }}\n", json(name))
}

/// A text in JSON's quotes.
fn json(text: &str) -> String {
    JsonValue::String(text.to_owned()).stringify().unwrap_or_default()
}
