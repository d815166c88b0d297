//! # Lesson 2: bind
//!
//! `bind(2)` gives a socket its name: an address of this machine, and a port. Under it others will find the socket,
//! once it listens; until then the name is merely taken, and nobody else can have it.
//!
//! `walkthrough.rs` is the story, `exercise.rs` is the learner's, and `drive.rs` judges it.

mod drive;
mod walkthrough;

use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;

use narrator::{Answer, Hint, Lesson, Question};
use socket2::Socket;

/// What this lesson is called, and what it says besides its story.
pub const LESSON: Lesson = Lesson {
    number: 2,
    package: "lesson02_bind",
    questions: &[&PORT_0, &SAME_NAME, &NOT_OURS, &NO_ADDRESS],
    wire_questions: &[],
    hints: &[
        Hint {
            function: "bind_first_free",
            text: "Try the candidates in their order, with bind on the socket that you were given. Each bind ends in \
                   one of three ways: it is done, the address is taken, something else is wrong. What does your \
                   function do in each case? And what at the end of the list?",
        },
        Hint {
            function: "bind_first_free",
            text: "A match on what bind returns has three arms: Ok(()) returns the socket's address; \
                   Err(error) if error.kind() == io::ErrorKind::AddrInUse does nothing, so that the loop goes on; \
                   Err(error) returns the error. socket.local_addr()? is the address, and its as_socket() is an Option \
                   of a SocketAddr. After the loop, nothing was free.",
        },
        Hint {
            function: "bind_first_free",
            text: "for &candidate in candidates { match socket.bind(&candidate.into()) { … } } and then \
                   Err(io::ErrorKind::AddrInUse.into()). The arm for Ok(()) is: \
                   return socket.local_addr()?.as_socket().ok_or(io::ErrorKind::Unsupported.into()).",
        },
    ],
    proved: "bind names the very socket that it is called on; AddrInUse alone is a reason to try the next address; and \
             what the kernel made of port 0 only getsockname tells.",
    question: "a server must bind before anyone can reach it. Why can a client do without?",
};

/// Asked before the socket is asked for its name.
const PORT_0: Question = Question {
    prompt: "Which port will the socket have?",
    answers: &[
        Answer { text: "0", why: "in bind, 0 is no port of its own. It says that any port will do." },
        Answer { text: "a free one", why: "port 0 lets the kernel choose (ip(7)). What it chose, getsockname tells." },
        Answer {
            text: "none, it is an error",
            why: "bind allows 0. It is the way to say that you want no certain port.",
        },
    ],
    right: 'b',
};

/// Asked before a second socket asks for a name that the first one has.
const SAME_NAME: Question = Question {
    prompt: "The first does not listen. What does bind give the second?",
    answers: &[
        Answer {
            text: "the same name",
            why: "bind alone takes a name, also without listen. (An option can change that: lesson 7.)",
        },
        Answer {
            text: "the next free port",
            why: "only port 0 lets the kernel choose. Who asks for a port gets that one, or none.",
        },
        Answer { text: "an error", why: "bind alone takes the port, whether somebody listens there or not." },
    ],
    right: 'c',
};

/// Asked before a socket asks for an address that no interface has.
const NOT_OURS: Question = Question {
    prompt: "What does bind give?",
    answers: &[
        Answer {
            text: "an error",
            why: "bind takes an address that this machine has already. So another port would not help.",
        },
        Answer {
            text: "ok, since nobody has it",
            why: "it is not enough that nobody has it: nothing that is sent there would arrive at this machine.",
        },
        Answer {
            text: "ok, and now the machine has it",
            why: "bind gives a name to a socket, not an address to a machine. That is for whoever sets up the network.",
        },
    ],
    right: 'a',
};

/// Asked before anything is called with an address that is none.
const NO_ADDRESS: Question = Question {
    prompt: "Which call refuses it?",
    answers: &[
        Answer { text: "socket", why: "socket is given a family and a type. It never sees an address." },
        Answer {
            text: "bind",
            why: "bind takes an address as four bytes, and 888 does not fit into a byte. So we do not get as far as bind.",
        },
        Answer {
            text: "neither",
            why: "each of the four numbers is an octet, 0 to 255, and 888 does not fit. There is no address to call bind \
                  with, so the kernel is not even asked.",
        },
    ],
    right: 'c',
};

/// The learner's [`bind_first_free`](run).
pub type BindFirstFree = fn(&Socket, &[SocketAddr]) -> io::Result<SocketAddr>;

/// Tells the lesson, then drives the learner's function; returns the process's exit code.
pub fn run(bind_first_free: BindFirstFree) -> ExitCode {
    narrator::tell(&LESSON, walkthrough::walkthrough, |story| {
        story.your_turn("bind_first_free", |story| drive::bind_first_free(story, bind_first_free));
    })
}
