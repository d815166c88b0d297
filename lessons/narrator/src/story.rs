//! What a lesson says.

use std::any::Any;
use std::env;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::panic::{self, AssertUnwindSafe};
use std::process;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::entry::{NOT_SHOWN, Shown};
use crate::kernel::{self, Sought};
use crate::page::Page;
use crate::run::PANIC;
use crate::watchdog::Watchdog;
use crate::wire::{self, Expected, Seen, Wire};
use crate::{Answer, Entry, Lesson, NotStarted, Outcome, Question, Voice, render};

/// The story of one run. Telling never fails: when nobody reads any more, the run ends.
#[derive(Debug)]
pub struct Story {
    lesson: &'static Lesson,
    page: Arc<Mutex<Page>>,
    watchdog: Watchdog,
    /// What crosses between the two programs, with `--wire`.
    wire: Option<Wire>,
    pause: bool,
    /// What stays open while the reader looks.
    kept: Vec<Box<dyn Any>>,
    /// Whether the reader's last guess was right.
    guessed_right: bool,
    /// The one function that has its turn, if not all have.
    only: Option<String>,
    step: usize,
    /// The learner's functions so far: how many there are, how many are solved, and the first that is not.
    functions: usize,
    solved: usize,
    open: Option<Open>,
    failed: bool,
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
    pub(crate) fn new(
        lesson: &'static Lesson,
        page: Arc<Mutex<Page>>,
        watchdog: Watchdog,
        wire: Option<Wire>,
        pause: bool,
        only: Option<String>,
    ) -> Self {
        Self {
            lesson,
            page,
            watchdog,
            wire,
            pause,
            kept: Vec::new(),
            guessed_right: false,
            only,
            step: 0,
            functions: 0,
            solved: 0,
            open: None,
            failed: false,
            function: "",
            mistakes: 0,
        }
    }

    /// Whether a function that the learner has begun is not right.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed
    }

    /// Begins a step; the title says what happens in it.
    pub fn step(&mut self, title: &str) {
        if self.step > 0 {
            self.pause(title);
        }
        self.kept.clear();
        self.step += 1;
        self.page().if_it_hangs = None;
        self.say(Entry::Step { number: self.step, title: title.to_owned() });
    }

    /// Keeps a socket, or several, until the next step begins: with `--pause` the reader looks at them before that.
    pub fn keep_open(&mut self, sockets: impl Any) {
        self.kept.push(Box::new(sockets));
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
            Ok(Some(row)) => Shown::Row(row),
            Ok(None) => Shown::Nothing,
            Err(_) => Shown::NotHere,
        };
        self.say(Entry::Socket { which: sought.to_string(), shown });
    }

    /// With `--wire`: waits until these segments have crossed the wire, at most 2 s, and tells those that did. What else
    /// crossed between the same two before the last of them is told as well, except what only acknowledges.
    pub fn wire(&mut self, expected: impl IntoIterator<Item = Expected>) {
        let Some(wire) = &self.wire else { return };
        let seen = wire.wait(&expected.into_iter().collect::<Vec<_>>());
        for seen in seen {
            match seen {
                Seen::Crossed(segment) => {
                    let (from, to) = (segment.from.to_string(), segment.to.to_string());
                    self.say(Entry::Segment { from, to, segment });
                }
                Seen::Missing(expected) => {
                    let told = match self.wire.as_ref().map_or(Ok(0), Wire::lost) {
                        Ok(0) => expected.to_string(),
                        _ => "the capture has lost something".to_owned(),
                    };
                    self.call(Voice::Wire, expected.between(), told.into());
                }
            }
        }
    }

    /// The same, where a client's address is known from the wire alone: it gets the name of its role.
    pub fn wire_of(&mut self, role: &str, expected: impl IntoIterator<Item = Expected>) {
        let expected: Vec<_> = expected.into_iter().collect();
        if let Some(client) = self.wire.as_ref().and_then(|wire| wire.sender(&expected)) {
            self.mask(client, role);
        }
        self.wire(expected);
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

    /// Lets the reader predict. With `--pause`, waits for a guess and answers it; nothing is scored.
    pub fn ask(&mut self, question: &'static Question) {
        self.say(Entry::Question(question));
        self.guessed_right = false;
        while self.pause {
            let Some(typed) = self.wait("Your guess, then Enter:") else { break };
            let reply = match question.find(&typed) {
                Some((letter, Answer { why, .. })) => {
                    self.guessed_right = letter == question.right;
                    format!("{}: {why}", if self.guessed_right { "Right" } else { "Not so" })
                }
                None if typed.trim().is_empty() => "No guess: then watch what happens.".to_owned(),
                None => {
                    let letters: Vec<_> = question.lettered().map(|(letter, _)| letter.to_string()).collect();
                    self.reply(&format!("That is none of the answers: type {}, or only Enter.", letters.join(" or ")));
                    continue;
                }
            };
            self.reply(&reply);
            break;
        }
    }

    /// Lets the reader predict what crosses the wire; only where it is told.
    pub fn ask_of_the_wire(&mut self, question: &'static Question) {
        if self.wire.is_some() {
            self.ask(question);
        }
    }

    /// Tells the right answer to that.
    pub fn answer_of_the_wire(&mut self, question: &'static Question) {
        if self.wire.is_some() {
            self.answer(question);
        }
    }

    /// Tells the right answer, once the step has shown it.
    pub fn answer(&mut self, question: &'static Question) {
        if self.guessed_right {
            let said = format!("{}) {}, as you said.", question.right, question.right_answer().text);
            return self.reply(&said);
        }
        self.say(Entry::Answer(question));
    }

    /// What is said to the reader's guess: on the screen alone.
    fn reply(&mut self, text: &str) {
        let lines = render::render(&Entry::Meaning(text.to_owned()), true);
        self.page().aside(&render::coloured(&lines));
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
        if !page.addresses.contains(&address) {
            page.addresses.push(address);
        }
        page.mask(address.to_string(), role.to_owned());
    }

    /// Gives something else that differs from run to run the name that stands for it in the transcript.
    pub fn mask(&mut self, live: impl ToString, name: &str) {
        self.page().mask(live.to_string(), name.to_owned());
    }

    /// The learner's function: drives it, and tells what came of it. Whatever it does, the next one has its turn.
    pub fn your_turn(&mut self, function: &'static str, drive: impl FnOnce(&mut Self) -> io::Result<()>) {
        if self.only.as_ref().is_some_and(|only| only != function) {
            return;
        }
        if self.step > 0 {
            self.pause(&format!("Your turn: {function}"));
        }
        self.kept.clear();
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
        self.failed |= not_started.is_none();
        self.open.get_or_insert(Open { function, not_started });
    }

    fn call(&mut self, voice: Voice, call: String, outcome: Outcome) {
        self.say(Entry::Call { voice, call, outcome });
    }

    pub(crate) fn say(&mut self, entry: Entry) {
        self.watchdog.life();
        self.page().put(entry);
    }

    fn page(&self) -> MutexGuard<'_, Page> {
        // Nobody panics while writing; and a story that did is still worth telling to its end.
        self.page.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// After a step, with `--pause`: the reader looks from another terminal, and is told what comes next.
    fn pause(&mut self, next: &str) {
        if self.pause {
            let look = look(&self.page().addresses, self.wire.is_some());
            let look = format!("\n   Look for yourself, in another terminal:\n   {look}\n   Next: {next}\n");
            self.page().aside(&look);
            self.wait("Enter: go on   q: leave");
        }
    }

    /// Waits for a line. No more input means that nobody is there to read along: then the run goes on by itself.
    fn wait(&mut self, prompt: &str) -> Option<String> {
        self.page().aside(&format!("   {prompt} "));
        self.watchdog.rest();
        let mut line = String::new();
        let typed = io::stdin().read_line(&mut line);
        self.watchdog.life();
        match typed {
            Ok(0) | Err(_) => {
                self.pause = false;
                self.page().aside("\n");
                None
            }
            Ok(_) if line.trim() == "q" => process::exit(0),
            Ok(_) => Some(line),
        }
    }

    /// Where the course goes on after this lesson.
    fn what_is_next(&mut self) {
        let chapter = self.lesson.number + 1;
        match self.lesson.next() {
            Some(package) => {
                self.say(Entry::Closing(format!("Next: lesson {chapter}, with chapter {chapter} of the book:")));
                self.say(Entry::Command(format!("cargo run -p {package} -- --pause")));
            }
            None => {
                let next =
                    format!("Next: a program of your own, in chapter {chapter} of the book, From an empty file:");
                self.say(Entry::Closing(next));
                self.say(Entry::Command("mdbook serve book".to_owned()));
            }
        }
    }

    /// Nothing more is said.
    pub(crate) fn end(&self) {
        self.page().end();
    }

    /// Waits until the capture is complete, and says so where it is not.
    fn end_the_wire(&mut self) {
        let Some(wire) = &self.wire else { return };
        let problem = match wire.end().and_then(|()| wire.lost()) {
            Ok(0) => return,
            Ok(lost) => format!(
                "The capture is not complete: the kernel threw {lost} packets away, because they came faster than they \
                 were read. What the wire told is true all the same. Try again, on a machine with less other work."
            ),
            Err(error) => format!("The capture is not complete: {error}."),
        };
        self.failed = true;
        self.say(Entry::Mistake(problem));
    }

    /// What the run says at its end.
    pub(crate) fn close(&mut self) {
        self.end_the_wire();
        let lesson = self.lesson;
        let functions = if self.functions == 1 { "function" } else { "functions" };
        self.say(Entry::Heading(format!("{} of {} {functions} solved", self.solved, self.functions)));
        match &self.open {
            None if self.functions < lesson.functions().count() => {
                self.say(Entry::Closing("That was one function of the exercise. All of them:".to_owned()));
                self.say(Entry::Command(format!("cargo run -p {} -- --exercise", lesson.package)));
            }
            None => {
                self.say(Entry::Closing(format!("What you proved: {}", lesson.proved)));
                self.say(Entry::Closing("Compare with the solution:".to_owned()));
                self.say(Entry::Command(lesson.compare_command()));
                self.say(Entry::Closing(format!("In your own words: {}", lesson.question)));
                self.what_is_next();
            }
            Some(open) => {
                let line = open.not_started.map(|at| format!(":{}", at.line)).unwrap_or_default();
                let next = format!("Next: {}, in {}{line}", open.function, lesson.exercise_file());
                self.say(Entry::Closing(next));
                self.say(Entry::Closing(format!("Then be graded (chapter {} of the book, Your turn):", lesson.number)));
                self.say(Entry::Command(format!("cargo test -p {}", lesson.package)));
            }
        }
    }
}

/// The command that shows what the story is at.
///
/// The kernel is asked first: a socket that neither listens nor is connected is in no table, and then the table's command
/// would print nothing.
fn look(addresses: &[SocketAddr], own_network: bool) -> String {
    let is_shown = |address: &SocketAddr| kernel::rows(*address).map_or(true, |rows| !rows.is_empty());
    let shown = addresses.iter().any(is_shown);
    let ports: Vec<_> = addresses.iter().map(|address| format!(":{}", address.port())).collect();
    match env::consts::OS {
        // Either keeps the line that says which column is which.
        "linux" if shown => {
            let table = if own_network { wire::look_inside("ss -tan") } else { "ss -tan".to_owned() };
            format!("{table} | grep -E 'State|{}'", ports.join("|"))
        }
        "linux" => format!(
            "ls -l /proc/{}/fd\n   (no socket of this step listens or is connected, so ss shows none)",
            process::id()
        ),
        "windows" => format!("netstat -ano | findstr \"State {}\"", ports.join(" ")),
        _ if addresses.is_empty() => format!("lsof -p {}", process::id()),
        _ => format!("netstat -an -p tcp | grep -E 'Recv-Q|{}'", ports.join("|")),
    }
}
