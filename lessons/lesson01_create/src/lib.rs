//! # Lesson 1: create
//!
//! `socket(2)` asks the kernel for an endpoint. What comes back is an object in the kernel and a descriptor that stands
//! for it in your program. It has a family and a type, no name and no peer: everything else is still to come.
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
    number: 1,
    package: "lesson01_create",
    questions: &[&PROTOCOL, &DROPPED, &FRESH_RECV],
    wire_questions: &[],
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
};

/// Asked before the kernel tells what kind of socket it made.
const PROTOCOL: Question = Question {
    prompt: "We name a family and a type. Which protocol does the socket have?",
    answers: &[
        Answer {
            text: "none yet",
            why: "the kernel makes a socket for one protocol, so it chooses at once. connect could not do it later.",
        },
        Answer { text: "TCP", why: "a stream of bytes over IPv4 is its work, so None will do." },
        Answer {
            text: "it is an error",
            why: "None is allowed. It asks for the usual protocol of this family and this type, and there is one.",
        },
    ],
    right: 'b',
};

/// Asked before the first of two sockets loses its owner.
const DROPPED: Question = Question {
    prompt: "Nobody calls close. Which of the two stays open?",
    answers: &[
        Answer {
            text: "both",
            why: "that is so in C, until the process ends. Here the first has an owner, which closes it on drop.",
        },
        Answer {
            text: "only the second",
            why: "with the owner gone Rust calls close(2), and the object ends with its last descriptor. The second still \
                  has its owner.",
        },
        Answer {
            text: "neither",
            why: "each call of socket makes an object of its own, with the same arguments too. What ends one does not \
                  end the other.",
        },
    ],
    right: 'b',
};

/// Asked before a socket without a peer is read from.
const FRESH_RECV: Question = Question {
    prompt: "What will recv do here?",
    answers: &[
        Answer {
            text: "wait",
            why: "recv waits on a connection, for bytes that may still come. Here is no connection to bring them.",
        },
        Answer {
            text: "give 0 bytes",
            why: "that would be a success, and recv cannot succeed here: there is nobody to receive from.",
        },
        Answer { text: "fail", why: "bytes travel on a connection, and here is none. So recv does not even wait." },
    ],
    right: 'c',
};

/// The learner's [`socket_for`](run).
pub type SocketFor = fn(SocketAddr) -> io::Result<Socket>;

/// Tells the lesson, then drives the learner's function; returns the process's exit code.
pub fn run(socket_for: SocketFor) -> ExitCode {
    narrator::tell(&LESSON, walkthrough::walkthrough, |story| {
        story.your_turn("socket_for", |story| drive::socket_for(story, socket_for));
    })
}
