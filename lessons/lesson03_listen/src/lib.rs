//! # Lesson 3: listen
//!
//! A bound socket has a name, but whoever connects to it is turned away. `listen(2)` makes it passive: from then on the
//! kernel shakes hands with clients on its own, and puts each finished connection into the accept queue. The backlog
//! says how many may wait there.

mod drive;
mod walkthrough;

use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;

use narrator::{Hint, Lesson, Look};
use socket2::Socket;

/// What this lesson is called, and what it says besides its story.
pub const LESSON: Lesson = Lesson {
    number: 3,
    package: "lesson03_listen",
    hints: &[
        Hint {
            function: "open_listener",
            text: "Three calls, socket, bind and listen, in this order. The address and the backlog each have their \
                   place: in which of them?",
        },
        Hint {
            function: "open_listener",
            text: "Socket::new wants a family: Domain::for_address(address), as in lesson 1. bind wants \
                   &address.into(), as in lesson 2, and listen wants the backlog, as it is. Each call can fail: put ? \
                   behind it.",
        },
        Hint {
            function: "open_listener",
            text: "let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?; then \
                   listener.bind(&address.into())?; then listen with backlog in the same way; at the end Ok(listener).",
        },
    ],
    proved: "socket, bind and listen, in this order, make a listener: at the address that was asked for, of either \
             family, with the backlog that was asked for. Where that cannot be had, the caller learns why.",
    question: "a server listens with a backlog of 128 and has ten thousand clients. How can that be?",
    look: Look::Sockets,
};

/// Why a full queue is shown on Linux only.
pub(crate) const QUEUES_DIFFER: &str =
    "every system counts its queue in its own way, and some refuse whom Linux keeps waiting.";

/// The learner's [`open_listener`](run).
pub type OpenListener = fn(SocketAddr, i32) -> io::Result<Socket>;

/// Tells the lesson, then drives the learner's function; returns the process's exit code.
pub fn run(open_listener: OpenListener) -> ExitCode {
    narrator::tell(&LESSON, walkthrough::walkthrough, |story| {
        story.your_turn("open_listener", |story| drive::open_listener(story, open_listener));
    })
}
