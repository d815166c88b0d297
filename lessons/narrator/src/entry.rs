//! What a story consists of: data, not yet text.

use std::fmt;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use crate::kernel::Row;
use crate::wire::Segment;
use crate::{Lesson, Question, errors};

/// Who is speaking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// The program that listens.
    Server,
    /// The program that connects.
    Client,
    /// The operating system.
    Kernel,
    /// What crosses between the two programs.
    Wire,
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
            Self::Wire => "wire",
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

/// What the kernel's table shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// This row.
    Row(Row),
    /// No row for such a socket.
    Nothing,
    /// This system gives no such view.
    NotHere,
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Row(row) => row.fmt(f),
            Self::Nothing => f.write_str("no such socket"),
            Self::NotHere => f.write_str(NOT_SHOWN),
        }
    }
}

/// Where the system shows nothing of its sockets, the story says this.
pub const NOT_SHOWN: &str = "not shown by this system";

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
    /// What the kernel shows of a socket.
    Socket {
        /// Its address, or the pair of addresses of its connection.
        which: String,
        /// Its row in the kernel's table.
        shown: Shown,
    },
    /// A segment crossed the wire.
    Segment {
        /// Who sent it.
        from: String,
        /// Whom to.
        to: String,
        /// What it was.
        segment: Segment,
    },
    /// The reader predicts before they see.
    Question(&'static Question),
    /// The right answer, and why it is.
    Answer(&'static Question),
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
    pub fn map(mut self, change: impl Fn(&str) -> String) -> Self {
        match &mut self {
            Self::Header(_) | Self::Turn { .. } | Self::Question(_) | Self::Answer(_) => {}
            Self::Step { title: text, .. }
            | Self::Meaning(text)
            | Self::Mistake(text)
            | Self::Skipped(text)
            | Self::Heading(text)
            | Self::Closing(text)
            | Self::Command(text) => *text = change(text),
            Self::Socket { which, .. } => *which = change(which),
            Self::Segment { from, to, .. } => (*from, *to) = (change(from), change(to)),
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
