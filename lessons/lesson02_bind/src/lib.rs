//! # Lesson 2: bind
//!
//! `bind(2)` gives a socket its name: an address of this machine, and a port. Under it others will find the socket,
//! once it listens; until then the name is merely taken, and nobody else can have it.

mod drive;
mod walkthrough;

use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;

use narrator::{Hint, Lesson, Look};
use socket2::Socket;

/// What this lesson is called, and what it says besides its story.
pub const LESSON: Lesson = Lesson {
    number: 2,
    package: "lesson02_bind",
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
    look: Look::Descriptors,
};

/// The learner's [`bind_first_free`](run).
pub type BindFirstFree = fn(&Socket, &[SocketAddr]) -> io::Result<SocketAddr>;

/// Tells the lesson, then drives the learner's function; returns the process's exit code.
pub fn run(bind_first_free: BindFirstFree) -> ExitCode {
    narrator::tell(&LESSON, walkthrough::walkthrough, |story| {
        story.your_turn("bind_first_free", |story| drive::bind_first_free(story, bind_first_free));
    })
}
