//! # Lesson 7: reuse
//!
//! A connection outlives its sockets: on the side that closed first the kernel keeps it in TIME_WAIT for a while, and
//! with it the port. A server that starts again meanwhile is told that its address is in use. SO_REUSEADDR, set before
//! `bind(2)` in both lives of the server, lets it in, and still keeps it away from a port where somebody listens.

mod drive;
mod walkthrough;

use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;

use narrator::{Hint, Lesson, Look};
use socket2::Socket;

/// What this lesson is called, and what it says besides its story.
pub const LESSON: Lesson = Lesson {
    number: 7,
    package: "lesson07_reuse_address",
    hints: &[
        Hint {
            function: "restartable_listener",
            text: "Three calls open a listener. A fourth makes the port free for the next life while connections of \
                   this one linger. Between which two of the three does it stand, and in which of the lives?",
        },
        Hint {
            function: "restartable_listener",
            text: "The option is SO_REUSEADDR, set_reuse_address(true) in socket2: after Socket::new and before bind, \
                   in every life, and on Unix only: if cfg!(unix) { … }. The live listener needs no code of yours: \
                   bind refuses its port, and ? hands that error on.",
        },
        Hint {
            function: "restartable_listener",
            text: "let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?; then \
                   if cfg!(unix) { listener.set_reuse_address(true)?; } then listener.bind(&address.into())?; \
                   listener.listen(128)?; and at the end Ok(listener).",
        },
    ],
    proved: "SO_REUSEADDR, set before bind in both lives, lets a server have its port again while its old connections \
             linger; a live listener keeps its port all the same.",
    question: "you add SO_REUSEADDR to your server, start it again, and bind still says EADDRINUSE. Why, and for how \
               long?",
    look: Look::Sockets,
};

/// The learner's [`restartable_listener`](run).
pub type RestartableListener = fn(SocketAddr) -> io::Result<Socket>;

/// Tells the lesson, then drives the learner's function; returns the process's exit code.
pub fn run(restartable_listener: RestartableListener) -> ExitCode {
    narrator::tell(&LESSON, walkthrough::walkthrough, |story| {
        story.your_turn("restartable_listener", |story| drive::restartable_listener(story, restartable_listener));
    })
}
