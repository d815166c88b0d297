//! What the lessons share: the narrator.
//!
//! A lesson makes real socket calls and hands each one to a [`Story`]: who called, what came back, what the kernel
//! shows, what it means. Those are data ([`Entry`]); [`render`] alone knows how they look. So a lesson's code stays
//! free of layout and colour, and one story can be shown on a terminal, written down for the grader, or retold.
//!
//! | module | does |
//! |---|---|
//! | [`story`] | what a lesson says |
//! | [`entry`] | what a story consists of |
//! | [`Question`] | a prediction, and a sentence for each answer |
//! | [`data`] | a story as JSON |
//! | `page` | writes it: to the screen, and for the grader |
//! | `run` | a lesson's run, from the flags to the exit code |
//! | [`kernel`] | asks the kernel for the state of its TCP sockets |
//! | [`wire`] | tells the segments that crossed, with `--wire` |
//! | [`cable`] | a connection whose cable can be cut |
//! | [`partner`] | the other side, where an exercise needs one |
//! | [`scripted`] | a stream in trouble, of a kind that no socket can be made to have |
//! | [`descriptors`] | a program that may open nothing more |
//! | [`judge`] | what a driver asks of a learner's result |
//! | [`stopped`] | interrupts a call of the learner's function, for real |
//! | [`small_print`] | that a learner's function does nothing besides |
//! | [`render`] | layout and colour |
//! | [`errors`] | names an error as the manuals do |
//! | [`watchdog`] | ends a run that hangs, and says which call it was blocked in |
//! | [`options`] | the flags that every lesson has |

pub mod cable;
pub mod data;
pub mod descriptors;
pub mod entry;
pub mod errors;
pub mod judge;
pub mod kernel;
#[cfg(target_os = "linux")]
mod netlink;
pub mod options;
mod page;
pub mod partner;
mod question;
pub mod render;
mod run;
pub mod scripted;
pub mod small_print;
pub mod stopped;
pub mod story;
pub mod watchdog;
pub mod wire;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use socket2::{SockAddr, Socket};

pub use entry::{Entry, Outcome, Voice};
pub use question::{Answer, Question};
pub use run::{say, tell};
pub use story::Story;

/// The clone that this was compiled in, which cargo keeps an eye on: where two clones share one CARGO_TARGET_DIR, it would
/// else take the other's exercise for this one's.
const _: Option<&str> = option_env!("COURSE_ROOT");

/// Loopback with port 0: an address that only this machine reaches. The kernel chooses the port.
///
/// Nothing in the course ever listens on another interface.
pub const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// What a lesson is called, and what its exercise says besides its transcript.
#[derive(Debug)]
pub struct Lesson {
    /// Its place in the course, from 1.
    pub number: usize,
    /// Its cargo package, such as `lesson04_accept`.
    pub package: &'static str,
    /// Hints, from a small one to nearly the answer, each for one of the exercise's functions.
    pub hints: &'static [Hint],
    /// What the walkthrough lets the reader predict, in its order.
    pub questions: &'static [&'static Question],
    /// What it lets the reader predict of the wire, with `--wire`: [`Story::ask_of_the_wire`].
    pub wire_questions: &'static [&'static Question],
    /// What a right exercise has proved, in a sentence.
    pub proved: &'static str,
    /// A question that the learner answers in their own words once it is solved.
    pub question: &'static str,
}

/// One hint.
#[derive(Debug)]
pub struct Hint {
    /// The function that it helps with.
    pub function: &'static str,
    /// The hint.
    pub text: &'static str,
}

/// The lessons of the course in their order: the package, and the step's name. A header shows where on this path it stands.
pub const PATH: [(&str, &str); 11] = [
    ("lesson01_create", "create"),
    ("lesson02_bind", "bind"),
    ("lesson03_listen", "listen"),
    ("lesson04_accept", "accept"),
    ("lesson05_send_recv", "send/recv"),
    ("lesson06_close", "close"),
    ("lesson07_reuse_address", "reuse"),
    ("lesson08_disconnect", "disconnect"),
    ("lesson09_whole_program", "whole program"),
    ("lesson10_framing", "framing"),
    ("lesson11_deadlines", "deadlines"),
];

impl Lesson {
    /// The step's name on the [`PATH`].
    pub fn topic(&self) -> &'static str {
        PATH[self.number - 1].1
    }

    /// The package of the lesson after it; `None` after the last.
    pub fn next(&self) -> Option<&'static str> {
        PATH.get(self.number).map(|(package, _)| *package)
    }

    /// The package in which its exercise is solved.
    pub fn solution(&self) -> String {
        self.package.replace("lesson", "solution")
    }

    /// The functions of its exercise, in their order: each has hints.
    pub fn functions(&self) -> impl Iterator<Item = &'static str> {
        let mut functions: Vec<_> = self.hints.iter().map(|hint| hint.function).collect();
        functions.dedup();
        functions.into_iter()
    }

    /// The file that the learner edits, from the workspace's root.
    pub fn exercise_file(&self) -> String {
        format!("lessons/{}/src/exercise.rs", self.package)
    }

    /// The command that shows how the solution differs from the learner's file.
    pub fn compare_command(&self) -> String {
        format!("git diff --no-index {} solutions/{}/src/exercise.rs", self.exercise_file(), self.solution())
    }

    /// The command that gives a function's first hint.
    pub fn hint_command(&self, function: &str) -> String {
        let first = self.hints.iter().position(|hint| hint.function == function).unwrap_or(0) + 1;
        let number = if first == 1 { String::new() } else { format!(" {first}") };
        format!("cargo run -p {} -- --hint{number}", self.package)
    }
}

/// The address that a socket has on this side: `getsockname(2)`.
///
/// # Errors
/// Those of the call; `Unsupported` when the socket is of another family than IPv4 and IPv6.
pub fn local_address(socket: &Socket) -> io::Result<SocketAddr> {
    internet(&socket.local_addr()?)
}

/// The address at the other end: `getpeername(2)`.
///
/// # Errors
/// `NotConnected` (ENOTCONN) when there is no other end; `Unsupported` as for [`local_address`].
pub fn peer_address(socket: &Socket) -> io::Result<SocketAddr> {
    internet(&socket.peer_addr()?)
}

/// Whether calls on this socket wait: `fcntl(F_GETFL)` without O_NONBLOCK. Windows does not tell, and gets `true`.
///
/// # Errors
/// Those of the call.
pub fn blocks(socket: &Socket) -> io::Result<bool> {
    #[cfg(unix)]
    return Ok(!socket.nonblocking()?);
    #[cfg(not(unix))]
    {
        let _ = socket;
        Ok(true)
    }
}

/// socket2's address, which can be of any family, as one of IPv4 or IPv6.
fn internet(address: &SockAddr) -> io::Result<SocketAddr> {
    address.as_socket().ok_or_else(|| io::Error::from(io::ErrorKind::Unsupported))
}

/// The body of an exercise that the learner has not written yet.
///
/// It takes the function's parameters, so that none is reported as unused, and returns an error that says where it
/// stands.
///
/// ```
/// # use std::{io, net::SocketAddr};
/// fn connect_to(server: SocketAddr) -> io::Result<()> {
///     narrator::your_turn!(server)
/// }
/// let error = connect_to(narrator::LOOPBACK).unwrap_err();
/// assert!(narrator::NotStarted::of(&error).is_some());
/// ```
#[macro_export]
macro_rules! your_turn {
    ($($parameter:expr),* $(,)?) => {{
        let _ = ($(&$parameter,)*);
        Err($crate::NotStarted { file: file!(), line: line!() }.into())
    }};
}

/// The error of [`your_turn!`]: the learner has not begun here.
#[derive(Debug, Clone, Copy)]
pub struct NotStarted {
    /// The source file.
    pub file: &'static str,
    /// The line that waits to be replaced.
    pub line: u32,
}

impl NotStarted {
    /// What an error says about being not started; `None` for every other error.
    pub fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

impl std::fmt::Display for NotStarted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not started: {}:{}", self.file, self.line)
    }
}

impl std::error::Error for NotStarted {}

impl From<NotStarted> for io::Error {
    fn from(not_started: NotStarted) -> Self {
        io::Error::other(not_started)
    }
}
