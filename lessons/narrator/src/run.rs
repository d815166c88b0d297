//! A lesson's run, from the flags to the exit code.

use std::cell::RefCell;
use std::env;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::panic;
use std::path::Path;
use std::process::{self, ExitCode};
use std::sync::{Arc, Mutex};

use crate::options::{self, Request};
use crate::page::{Page, ascii_only};
use crate::watchdog::{LOCKED, PATIENCE, Watchdog};
use crate::wire::{self, Wire};
use crate::{Entry, Lesson, Outcome, Story, Voice, data, render};

thread_local! {
    /// Where this thread panicked last, and with which words.
    pub(crate) static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs a lesson: reads the flags, tells the walkthrough, gives the learner their turn; returns the exit code.
///
/// `exercise` calls [`Story::your_turn`] once for each of the learner's functions.
pub fn tell(
    lesson: &'static Lesson,
    walkthrough: impl FnOnce(&mut Story) -> io::Result<()>,
    exercise: impl FnOnce(&mut Story),
) -> ExitCode {
    let (pause, wire, pcap, exercise_only, only) =
        match options::parse(env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned())) {
            Ok(Request::Tell { pause, wire, pcap, exercise_only, function }) => {
                (pause, wire, pcap, exercise_only, function)
            }
            Ok(Request::Help) => return print(&options::help(lesson.package)),
            Ok(Request::Hint(number)) => return hint(lesson, number),
            Err(sentence) => return refuse(lesson, &sentence),
        };
    if let Some(unknown) = only.as_ref().filter(|only| !lesson.functions().any(|function| function == *only)) {
        let functions = lesson.functions().collect::<Vec<_>>().join(" and ");
        return refuse(lesson, &format!("This exercise has no function `{unknown}`, only {functions}."));
    }
    let wire = match wire.then(|| tap(lesson, pcap.as_deref())).transpose() {
        Ok(wire) => wire,
        Err(sentence) => return refuse(lesson, &sentence),
    };
    let transcript = match env::var_os("LESSON_TRANSCRIPT").filter(|path| !path.is_empty()) {
        None => None,
        Some(path) => match OpenOptions::new().create(true).append(true).open(&path) {
            Ok(file) => Some(file),
            Err(error) => return refuse(lesson, &format!("LESSON_TRANSCRIPT cannot be written: {error}.")),
        },
    };
    let data = match env::var_os("LESSON_STORY").filter(|path| !path.is_empty()) {
        None => None,
        Some(path) => {
            match File::create(&path).and_then(|mut file| write!(file, "{}", data::opening(lesson)).map(|()| file)) {
                Ok(file) => Some(file),
                Err(error) => return refuse(lesson, &format!("LESSON_STORY cannot be written: {error}.")),
            }
        }
    };
    #[cfg(windows)]
    let _ = colored::control::set_virtual_terminal(true);
    // As Emacs' shell says it is: colored itself only asks whether it is a terminal.
    if env::var_os("TERM").is_some_and(|term| term == "dumb") && env::var_os("CLICOLOR_FORCE").is_none() {
        colored::control::set_override(false);
    }

    let mut spare = transcript.as_ref().and_then(|transcript| transcript.try_clone().ok());
    let page = Arc::new(Mutex::new(Page::new(transcript, data)));
    let watchdog = Watchdog::start({
        let page = Arc::clone(&page);
        move |doing| hung(&page, &mut spare, lesson, doing)
    });
    remember_panics();

    let mut story = Story::new(lesson, page, watchdog, wire, pause, only);
    story.say(Entry::Header(lesson));
    if !cfg!(target_os = "linux") {
        let text = "The text explains what Linux does. This system does not show the kernel's view of its sockets, and may \
                    answer a call in another way than the text says.";
        story.say(Entry::Closing(text.to_owned()));
    }
    if !exercise_only && let Err(error) = walkthrough(&mut story) {
        story.say(Entry::Mistake(format!("A call failed that should succeed: {error}.")));
        return ExitCode::FAILURE;
    }
    exercise(&mut story);
    story.close();
    story.end();
    if story.has_failed() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// The wire of this run, in a network of its own. The error is a sentence.
fn tap(lesson: &Lesson, pcap: Option<&Path>) -> Result<Wire, String> {
    let not_here = |why: &str| {
        format!(
            "--wire runs the lesson in a network of its own, and here there is none: {why}. Chapter {} of the book shows \
             what crosses it.",
            lesson.number
        )
    };
    wire::enter().map_err(|why| not_here(&why))?;
    let file = pcap
        .map(|path| File::create(path).map_err(|error| format!("{} cannot be written: {error}.", path.display())))
        .transpose()?;
    Wire::tap(file).map_err(|error| not_here(&format!("the system gives no packet socket ({error})")))
}

/// One line of a program that is no lesson, as a story tells it: who, what was called, what came of it.
///
/// A screen that nobody reads any more is no reason for a server to end.
pub fn say(voice: Voice, call: &str, outcome: impl Into<Outcome>) {
    let text = render::coloured(&[render::on_one_line(voice, call, &outcome.into())]);
    let text = if ascii_only() { render::ascii(&text) } else { text };
    let _ = io::stdout().lock().write_all(text.as_bytes());
}

/// The run has said nothing for too long: says what it was doing, and ends it.
fn hung(page: &Mutex<Page>, spare: &mut Option<File>, lesson: &Lesson, doing: &str) {
    let Ok(mut page) = page.try_lock() else {
        // A page that is being written is no hang: its reader is slow, as under `| less`. But one that waits for a lock.
        if doing == LOCKED {
            let text = "The lesson cannot print any more: a thread of yours has locked stdout, and does not let it go. Drop \
                        what `stdout().lock()` gave you.";
            let lines = render::render(&Entry::Mistake(text.to_owned()), true);
            if let Some(transcript) = spare {
                let _ = transcript.write_all(render::plain(&lines).as_bytes());
            }
            eprint!("{}", render::plain(&lines));
            process::exit(1);
        }
        return;
    };
    let seconds = PATIENCE.as_secs();
    let text = match page.function {
        Some(function) => {
            let meaning = page.if_it_hangs.take().map(|meaning| format!(" {meaning}")).unwrap_or_default();
            format!("{function} did not return within {seconds} s: it {doing}.{meaning}")
        }
        None => format!("The lesson did not go on within {seconds} s: it {doing}."),
    };
    page.put(Entry::Mistake(text));
    if let Some(function) = page.function {
        page.put(Entry::Closing("For a hint:".to_owned()));
        page.put(Entry::Command(lesson.hint_command(function)));
    }
    process::exit(1);
}

/// Keeps the words and the place of a panic for the story, which tells them in its own voice; other threads' panics are
/// reported as ever.
fn remember_panics() {
    let others = panic::take_hook();
    let this_thread = std::thread::current().id();
    panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() != this_thread {
            return others(info);
        }
        let payload = info.payload();
        let words = payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
        let place = info.location().map(|at| format!("in {}:{}: ", at.file(), at.line())).unwrap_or_default();
        PANIC.set(Some(format!("{place}{}", words.unwrap_or("without a message"))));
    }));
}

fn hint(lesson: &Lesson, number: usize) -> ExitCode {
    let count = lesson.hints.len();
    let Some(hint) = lesson.hints.get(number - 1) else {
        return refuse(lesson, &format!("There is no hint {number}: this lesson has {count}."));
    };
    // The solution gives the same hints, also while the exercise does not compile: who asked it goes on asking it.
    let asked = env::current_exe().ok().filter(|path| path.file_stem().is_some_and(|stem| *stem == *lesson.solution()));
    let program = asked.map_or(lesson.package.to_owned(), |_| lesson.solution());
    let next = match number {
        _ if number < count => format!("Next hint:  cargo run -p {program} -- --hint {}", number + 1),
        _ => format!("That was the last hint. The solution: solutions/{}/src/exercise.rs", lesson.solution()),
    };
    let text = textwrap::fill(hint.text, 78);
    print(&format!(
        "Hint {number} of {count} · {}\n\n{text}\n\nTry it:     cargo run -p {} -- --exercise\n{next}\n\
         The step is shown in chapter {} of the book.\n",
        hint.function, lesson.package, lesson.number
    ))
}

fn refuse(lesson: &Lesson, sentence: &str) -> ExitCode {
    eprintln!("{sentence} See: cargo run -p {} -- --help", lesson.package);
    ExitCode::from(2)
}

/// Text that is no story.
fn print(text: &str) -> ExitCode {
    let text = if ascii_only() { render::ascii(text) } else { text.to_owned() };
    // A closed pipe: nobody reads any more.
    let _ = io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}
