//! What a lesson says, and the course's run from the flags to the exit code.

use std::cell::RefCell;
use std::env;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::net::SocketAddr;
use std::panic::{self, AssertUnwindSafe};
use std::process::{self, ExitCode};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::kernel::Sought;
use crate::options::{self, Request};
use crate::watchdog::{PATIENCE, Watchdog};
use crate::{Lesson, Look, NotStarted, errors, render};

/// Who is speaking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// The program that listens.
    Server,
    /// The program that connects.
    Client,
    /// The operating system.
    Kernel,
    /// The learner's code.
    You,
}

impl Voice {
    /// The word by which a voice is told without colour.
    pub fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client => "client",
            Self::Kernel => "kernel",
            Self::You => "you",
        }
    }
}

/// What came back from a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It did what it should, and this came of it.
    Done(String),
    /// It failed.
    Failed {
        /// Rust's kind of the error, the same on every system.
        kind: ErrorKind,
        /// The name in the system's manual, such as `ENOTCONN`.
        name: Option<&'static str>,
    },
}

impl From<String> for Outcome {
    fn from(text: String) -> Self {
        Self::Done(text)
    }
}

impl From<&str> for Outcome {
    fn from(text: &str) -> Self {
        Self::Done(text.to_owned())
    }
}

impl From<&io::Error> for Outcome {
    fn from(error: &io::Error) -> Self {
        Self::Failed { kind: error.kind(), name: errors::name(error) }
    }
}

/// A call that gives nothing back but success.
impl From<io::Result<()>> for Outcome {
    fn from(result: io::Result<()>) -> Self {
        result.map_or_else(|error| Self::from(&error), |()| Self::from("ok"))
    }
}

/// A call that gives back how many bytes it took.
impl From<io::Result<usize>> for Outcome {
    fn from(result: io::Result<usize>) -> Self {
        result.map_or_else(
            |error| Self::from(&error),
            |count| Self::Done(if count == 1 { "1 byte".to_owned() } else { format!("{count} bytes") }),
        )
    }
}

/// A call that gives back an address.
impl From<io::Result<SocketAddr>> for Outcome {
    fn from(result: io::Result<SocketAddr>) -> Self {
        result.map_or_else(|error| Self::from(&error), |address| Self::Done(address.to_string()))
    }
}

/// A call of which we tell what came of it.
impl From<io::Result<String>> for Outcome {
    fn from(result: io::Result<String>) -> Self {
        result.map_or_else(|error| Self::from(&error), Self::Done)
    }
}

/// One thing that a story tells.
#[derive(Debug, Clone)]
pub enum Entry {
    /// Which lesson this is, and where on the path.
    Header(&'static Lesson),
    /// A step begins.
    Step {
        /// Counted from 1.
        number: usize,
        /// What happens in it, in a sentence.
        title: String,
    },
    /// Somebody made a call, or the kernel shows something.
    Call {
        /// Who.
        voice: Voice,
        /// What was called, or what the kernel was asked about.
        call: String,
        /// What came back.
        outcome: Outcome,
    },
    /// The reader predicts before they see.
    Question {
        /// What is asked.
        prompt: String,
        /// Two or three answers to choose from.
        answers: Vec<String>,
    },
    /// What it means.
    Meaning(String),
    /// The learner's function begins.
    Turn {
        /// Its name.
        function: &'static str,
    },
    /// What the learner's function got wrong, in a sentence.
    Mistake(String),
    /// A step that this system cannot show, and why.
    Skipped(String),
    /// The title of what the run says at its end.
    Heading(String),
    /// What the run says at its end.
    Closing(String),
    /// A command to copy.
    Command(String),
}

impl Entry {
    /// The same with every text changed.
    fn map(mut self, change: impl Fn(&str) -> String) -> Self {
        match &mut self {
            Self::Header(_) | Self::Turn { .. } => {}
            Self::Step { title: text, .. }
            | Self::Meaning(text)
            | Self::Mistake(text)
            | Self::Skipped(text)
            | Self::Heading(text)
            | Self::Closing(text)
            | Self::Command(text) => *text = change(text),
            Self::Question { prompt, .. } => *prompt = change(prompt),
            Self::Call { call, outcome, .. } => {
                *call = change(call);
                if let Outcome::Done(text) = outcome {
                    *text = change(text);
                }
            }
        }
        self
    }
}

/// The story of one run. Telling never fails: when nobody reads any more, the run ends.
#[derive(Debug)]
pub struct Story {
    lesson: &'static Lesson,
    page: Arc<Mutex<Page>>,
    watchdog: Watchdog,
    pause: bool,
    step: usize,
    /// The learner's functions so far: how many there are, how many are solved, and the first that is not.
    functions: usize,
    solved: usize,
    open: Option<Open>,
    function: &'static str,
    mistakes: usize,
}

/// A function that is not solved yet.
#[derive(Debug)]
struct Open {
    function: &'static str,
    not_started: Option<NotStarted>,
}

impl Story {
    /// Begins a step; the title says what happens in it.
    pub fn step(&mut self, title: &str) {
        if self.step > 0 {
            self.pause();
        }
        self.step += 1;
        self.page().if_it_hangs = None;
        self.say(Entry::Step { number: self.step, title: title.to_owned() });
    }

    /// The server called, and this came back.
    pub fn server(&mut self, call: impl Into<String>, outcome: impl Into<Outcome>) {
        self.call(Voice::Server, call.into(), outcome.into());
    }

    /// The client called, and this came back.
    pub fn client(&mut self, call: impl Into<String>, outcome: impl Into<Outcome>) {
        self.call(Voice::Client, call.into(), outcome.into());
    }

    /// What the kernel answered to a question that is no system call of the lesson's own: `getsockopt(2)`, a descriptor's
    /// link in `/proc`.
    pub fn kernel_says(&mut self, about: impl Into<String>, answer: impl Into<Outcome>) {
        self.call(Voice::Kernel, about.into(), answer.into());
    }

    /// The kernel's answer where one can be had; a system that gives none is told so.
    pub fn kernel_shows(&mut self, about: impl Into<String>, answer: io::Result<String>) {
        let answer = match answer {
            Err(error) if error.kind() == ErrorKind::Unsupported => Ok(NOT_SHOWN.to_owned()),
            answer => answer,
        };
        self.call(Voice::Kernel, about.into(), answer.into());
    }

    /// Waits until the kernel shows this socket in this state, at most 2 s, and tells what it does show.
    pub fn kernel(&mut self, sought: Sought) {
        let shown = match sought.find() {
            Ok(Some(row)) => row.to_string(),
            Ok(None) => "no such socket".to_owned(),
            Err(_) => NOT_SHOWN.to_owned(),
        };
        self.call(Voice::Kernel, sought.to_string(), shown.into());
    }

    /// What the learner's function was called with, and what it gave back.
    pub fn you(&mut self, call: impl Into<String>, outcome: impl Into<Outcome>) {
        self.call(Voice::You, call.into(), outcome.into());
    }

    /// The same for a call that has to succeed: an error is told, and ends the function's part of the story.
    ///
    /// # Errors
    /// The learner's own, told already; `your_turn!` where it still stands.
    pub fn yours<T>(
        &mut self,
        call: &str,
        result: io::Result<T>,
        describe: impl FnOnce(&T) -> String,
    ) -> io::Result<T> {
        match &result {
            Ok(value) => self.you(call, describe(value)),
            Err(error) if NotStarted::of(error).is_some() => {}
            Err(error) => {
                let function = self.function;
                self.you(call, error);
                return Err(self.mistake(&format!("{function} returned this error where it should succeed: {error}.")));
            }
        }
        result
    }

    /// What it means.
    pub fn meaning(&mut self, text: &str) {
        self.say(Entry::Meaning(text.to_owned()));
    }

    /// Lets the reader predict. With `--pause`, waits for their letter; nothing is scored.
    pub fn ask(&mut self, prompt: &str, answers: &[&str]) {
        let answers = answers.iter().map(ToString::to_string).collect();
        self.say(Entry::Question { prompt: prompt.to_owned(), answers });
        if self.pause {
            self.wait("Your guess, then Enter:");
        }
    }

    /// What the learner's function got wrong, in a sentence that fits this mistake.
    ///
    /// Returns the error that ends the function's part of the story: one mistake at a time.
    pub fn mistake(&mut self, text: &str) -> io::Error {
        self.mistakes += 1;
        self.say(Entry::Mistake(text.to_owned()));
        io::Error::other("told already")
    }

    /// What it most likely means when the learner's function does not come back in this step. The watchdog says it after
    /// what the function was doing.
    pub fn if_it_hangs(&mut self, meaning: &str) {
        self.page().if_it_hangs = Some(meaning.to_owned());
    }

    /// What it means when it is so; otherwise the mistake that explains why it is not.
    ///
    /// # Errors
    /// As of [`mistake`](Self::mistake).
    pub fn check(&mut self, right: bool, meaning: &str, mistake: &str) -> io::Result<()> {
        if !right {
            return Err(self.mistake(mistake));
        }
        self.meaning(meaning);
        Ok(())
    }

    /// This system cannot show the step that has begun; the grader leaves it out.
    pub fn skip(&mut self, why: &str) {
        self.say(Entry::Skipped(why.to_owned()));
    }

    /// Gives an address the name of its role, which stands for it in the transcript for the grader.
    pub fn name(&mut self, address: SocketAddr, role: &str) {
        let mut page = self.page();
        page.ports.push(address.port());
        page.mask(address.to_string(), role.to_owned());
    }

    /// Gives something else that differs from run to run the name that stands for it in the transcript.
    pub fn mask(&mut self, live: impl ToString, name: &str) {
        self.page().mask(live.to_string(), name.to_owned());
    }

    /// The learner's function: drives it, and tells what came of it. Whatever it does, the next one has its turn.
    pub fn your_turn(&mut self, function: &'static str, drive: impl FnOnce(&mut Self) -> io::Result<()>) {
        if self.step > 0 {
            self.pause();
        }
        (self.step, self.mistakes, self.function) = (0, 0, function);
        self.functions += 1;
        {
            let mut page = self.page();
            page.errno = false;
            page.function = Some(function);
        }
        self.say(Entry::Turn { function });

        let result = panic::catch_unwind(AssertUnwindSafe(|| drive(self)));
        let mut not_started = None;
        match result {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                not_started = NotStarted::of(&error);
                if not_started.is_none() && self.mistakes == 0 {
                    self.mistake(&format!("{function} left the lesson in a state where it cannot go on: {error}."));
                }
            }
            Err(_) => {
                let panic = PANIC.with_borrow_mut(Option::take).unwrap_or_default();
                self.mistake(&format!("{function} panicked {panic}"));
            }
        }
        self.page().function = None;
        if not_started.is_none() && self.mistakes == 0 {
            self.solved += 1;
            return;
        }
        if let Some(at) = not_started {
            self.say(Entry::Closing(format!("It is your turn: write {function} in")));
            self.say(Entry::Command(format!("{}:{}", self.lesson.exercise_file(), at.line)));
        }
        self.say(Entry::Closing("For a hint:".to_owned()));
        self.say(Entry::Command(self.lesson.hint_command(function)));
        self.open.get_or_insert(Open { function, not_started });
    }

    fn call(&mut self, voice: Voice, call: String, outcome: Outcome) {
        self.say(Entry::Call { voice, call, outcome });
    }

    fn say(&mut self, entry: Entry) {
        self.watchdog.life();
        self.page().put(entry);
    }

    fn page(&self) -> MutexGuard<'_, Page> {
        // Nobody panics while writing; and a story that did is still worth telling to its end.
        self.page.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// After a step, with `--pause`: the reader looks from another terminal.
    fn pause(&mut self) {
        if self.pause {
            let look = look(self.lesson.look, &self.page().ports);
            self.page().aside(&format!("\n   Look for yourself, in another terminal:\n   {look}\n"));
            self.wait("Enter: go on   q: leave");
        }
    }

    /// Waits for a line. No more input means that nobody is there to read along: then the run goes on by itself.
    fn wait(&mut self, prompt: &str) {
        self.page().aside(&format!("   {prompt} "));
        self.watchdog.rest();
        let mut line = String::new();
        match io::stdin().read_line(&mut line) {
            Ok(0) | Err(_) => {
                self.pause = false;
                self.page().aside("\n");
            }
            Ok(_) if line.trim() == "q" => process::exit(0),
            Ok(_) => {}
        }
        self.watchdog.life();
    }

    /// What the run says at its end.
    fn close(&mut self) {
        let lesson = self.lesson;
        let functions = if self.functions == 1 { "function" } else { "functions" };
        self.say(Entry::Heading(format!("{} of {} {functions} solved", self.solved, self.functions)));
        match &self.open {
            None => {
                self.say(Entry::Closing(format!("What you proved: {}", lesson.proved)));
                self.say(Entry::Closing("Compare with the solution:".to_owned()));
                self.say(Entry::Command(lesson.compare_command()));
                self.say(Entry::Closing(format!("In your own words: {}", lesson.question)));
            }
            Some(open) => {
                let line = open.not_started.map(|at| format!(":{}", at.line)).unwrap_or_default();
                let next = format!("Next: {}, in {}{line}", open.function, lesson.exercise_file());
                self.say(Entry::Closing(next));
            }
        }
    }
}

/// Where the system shows nothing of its sockets, the story says this.
pub const NOT_SHOWN: &str = "not shown by this system";

/// The command that shows what the story is at.
fn look(look: Look, ports: &[u16]) -> String {
    let ports: Vec<_> = ports.iter().map(ToString::to_string).collect();
    let sockets = ports.join("|");
    match (look, env::consts::OS) {
        (Look::Descriptors, "linux") => format!(
            "ls -l /proc/{}/fd\n   (a socket that neither listens nor is connected is in no table that ss shows)",
            process::id()
        ),
        (Look::Descriptors, "windows") => "this system has no plain command for it".to_owned(),
        (Look::Descriptors, _) => format!("lsof -p {}", process::id()),
        (Look::Sockets, "linux") => format!("ss -tan | grep -E '{sockets}'"),
        (Look::Sockets, "windows") => format!("netstat -ano | findstr \"{}\"", ports.join(" ")),
        (Look::Sockets, _) => format!("netstat -an -p tcp | grep -E '{sockets}'"),
    }
}

/// Where a story is written: the screen, and the grader's transcript.
#[derive(Debug)]
struct Page {
    transcript: Option<File>,
    /// What stands in the transcript for what differs from run to run.
    names: Vec<(String, String)>,
    ports: Vec<u16>,
    ascii: bool,
    errno: bool,
    function: Option<&'static str>,
    if_it_hangs: Option<String>,
}

impl Page {
    /// Tells an entry, at once: on the screen with what is really there, in the transcript with the names for it.
    fn put(&mut self, entry: Entry) {
        let lines = render::render(&entry, self.errno);
        if let Some(transcript) = &mut self.transcript {
            let named = render::render(&entry.map(|text| named(text, &self.names)), self.errno);
            if let Err(error) = transcript.write_all(render::plain(&named).as_bytes()) {
                eprintln!("The transcript cannot be written: {error}.");
                process::exit(1);
            }
        }
        self.aside(&render::coloured(&lines));
    }

    /// Text for the screen alone.
    fn aside(&self, text: &str) {
        let text = if self.ascii { render::ascii(text) } else { text.to_owned() };
        let mut screen = io::stdout().lock();
        if screen.write_all(text.as_bytes()).and_then(|()| screen.flush()).is_err() {
            // Nobody reads any more, as after `| head -3`: there is nothing left to tell, and nothing went wrong.
            process::exit(0);
        }
    }

    fn mask(&mut self, live: String, name: String) {
        self.names.retain(|(known, _)| *known != live);
        self.names.push((live, name));
    }
}

/// A text in which every live value that has a name is replaced by it. A value counts only where it stands whole:
/// port 4371 is no part of port 43715.
fn named(text: &str, names: &[(String, String)]) -> String {
    let digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
    let mut out = String::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let whole = |live: &str| !digit(out.chars().last()) && !digit(rest[live.len()..].chars().next());
        match names.iter().find(|(live, _)| rest.starts_with(live.as_str()) && whole(live)) {
            Some((live, name)) => {
                out.push_str(name);
                rest = &rest[live.len()..];
            }
            None => {
                out.push(letter);
                rest = &rest[letter.len_utf8()..];
            }
        }
    }
    out
}

thread_local! {
    /// Where this thread panicked last, and with which words.
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs a lesson: reads the flags, tells the walkthrough, gives the learner their turn; returns the exit code.
///
/// `exercise` calls [`Story::your_turn`] once for each of the learner's functions.
pub fn tell(
    lesson: &'static Lesson,
    walkthrough: impl FnOnce(&mut Story) -> io::Result<()>,
    exercise: impl FnOnce(&mut Story),
) -> ExitCode {
    let (pause, exercise_only) = match options::parse(env::args().skip(1)) {
        Ok(Request::Tell { pause, exercise_only }) => (pause, exercise_only),
        Ok(Request::Help) => return print(&options::help(lesson.package)),
        Ok(Request::Hint(number)) => return hint(lesson, number),
        Err(sentence) => return refuse(lesson, &sentence),
    };
    let transcript = match env::var_os("LESSON_TRANSCRIPT").filter(|path| !path.is_empty()) {
        None => None,
        Some(path) => match OpenOptions::new().create(true).append(true).open(&path) {
            Ok(file) => Some(file),
            Err(error) => return refuse(lesson, &format!("LESSON_TRANSCRIPT cannot be written: {error}.")),
        },
    };
    #[cfg(windows)]
    let _ = colored::control::set_virtual_terminal(true);

    let page = Page {
        transcript,
        names: Vec::new(),
        ports: Vec::new(),
        ascii: ascii_only(),
        errno: true,
        function: None,
        if_it_hangs: None,
    };
    let page = Arc::new(Mutex::new(page));
    let watchdog = Watchdog::start({
        let (page, hint) = (Arc::clone(&page), lesson);
        move |doing| hung(&page, hint, doing)
    });
    remember_panics();

    let mut story = Story {
        lesson,
        page,
        watchdog,
        pause,
        step: 0,
        functions: 0,
        solved: 0,
        open: None,
        function: "",
        mistakes: 0,
    };
    story.say(Entry::Header(lesson));
    if !exercise_only {
        if let Err(error) = walkthrough(&mut story) {
            story.say(Entry::Mistake(format!("A call failed that should not: {error}.")));
            return ExitCode::FAILURE;
        }
    }
    exercise(&mut story);
    story.close();
    match story.open {
        Some(Open { not_started: None, .. }) => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    }
}

/// The run has said nothing for too long: says what it was doing, and ends it.
fn hung(page: &Mutex<Page>, lesson: &Lesson, doing: &str) {
    // A page that is being written is no hang: its reader is slow, as under `| less`.
    let Ok(mut page) = page.try_lock() else { return };
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

/// Whether the screen shows ASCII only: a dumb terminal, or a locale of another encoding than UTF-8 (locale(7)).
fn ascii_only() -> bool {
    let set = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    if set("TERM").is_some_and(|term| term == "dumb") {
        return true;
    }
    let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")).unwrap_or_default().to_lowercase();
    cfg!(unix) && !locale.contains("utf-8") && !locale.contains("utf8")
}

fn hint(lesson: &Lesson, number: usize) -> ExitCode {
    let count = lesson.hints.len();
    let Some(hint) = lesson.hints.get(number - 1) else {
        return refuse(lesson, &format!("There is no hint {number}: this lesson has {count}."));
    };
    let next = match number {
        _ if number < count => format!("Next: cargo run -p {} -- --hint {}", lesson.package, number + 1),
        _ => format!(
            "That was the last. The solution: solutions/{}/src/exercise.rs",
            lesson.package.replace("lesson", "solution")
        ),
    };
    let text = textwrap::fill(hint.text, 78);
    print(&format!("Hint {number} of {count} · {}\n\n{text}\n\n{next}\n", hint.function))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_for_its_whole_address_only() {
        let names = [("127.0.0.1:4371".to_owned(), "127.0.0.1:server".to_owned())];
        assert_eq!(named("connect(127.0.0.1:4371)", &names), "connect(127.0.0.1:server)");
        assert_eq!(named("127.0.0.1:43715", &names), "127.0.0.1:43715");
    }
}
