//! # Lesson 1: create
//!
//! `socket(2)` asks the kernel for an endpoint. What comes back is an object in the kernel and a descriptor that stands
//! for it in your program. It has a family and a type, no name and no peer: everything else is still to come.

mod drive;
mod walkthrough;

use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;

use narrator::{Hint, Lesson, Look};
use socket2::Socket;

/// What this lesson is called, and what it says besides its story.
pub const LESSON: Lesson = Lesson {
    number: 1,
    package: "lesson01_create",
    hints: &[
        Hint {
            function: "socket_for",
            text: "Socket::new wants three things: a family (Domain), a type and a protocol. Two of them are the same for every \
                   TCP socket. Which one has to come from the address?",
        },
        Hint {
            function: "socket_for",
            text: "Domain::for_address(address) is the family. Type::STREAM and None make it TCP, as in the walkthrough. \
                   What Socket::new returns is what your function returns: no bind, no connect, and neither ? nor Ok.",
        },
        Hint {
            function: "socket_for",
            text: "Above: use socket2::{Domain, Socket, Type}; and as the whole body, without a semicolon: \
                   Socket::new(Domain::for_address(address), Type::STREAM, None)",
        },
    ],
    proved: "socket gives a TCP socket of the family that the address asks for, with no name and no peer yet, and ready \
             for whatever its owner does next.",
    question: "socket() has returned. What does your program have now, and what is missing before a byte can travel?",
    look: Look::Descriptors,
};

/// The learner's [`socket_for`](run).
pub type SocketFor = fn(SocketAddr) -> io::Result<Socket>;

/// Tells the lesson, then drives the learner's function; returns the process's exit code.
pub fn run(socket_for: SocketFor) -> ExitCode {
    narrator::tell(&LESSON, walkthrough::walkthrough, |story| {
        story.your_turn("socket_for", |story| drive::socket_for(story, socket_for));
    })
}
