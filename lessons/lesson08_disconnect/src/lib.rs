//! # Lesson 8: disconnect
//!
//! A program learns only by its own calls that the other side is gone. `recv(2)` gives 0 when the peer has closed, an
//! error when the connection was broken off, and nothing at all when the peer is silent: then only a timeout ends the
//! wait. A send that succeeds says nothing about the peer.

mod drive;
mod walkthrough;

use std::io;
use std::process::ExitCode;

use narrator::{Hint, Lesson, Look};
use socket2::Socket;

/// What this lesson is called, and what it says besides its story.
pub const LESSON: Lesson = Lesson {
    number: 8,
    package: "lesson08_disconnect",
    hints: &[
        Hint {
            function: "echo_until_gone",
            text: "Every way in which a client goes is one thing that recv returns. Run the walkthrough again and \
                   write the three down: which of them is an Ok, which are an Err, and of which kind? Everything \
                   else is an echo.",
        },
        Hint {
            function: "echo_until_gone",
            text: "A loop around one match on stream.read(&mut buffer). Ok(0) ends it: Closed. Ok(received) sends \
                   &buffer[..received] back with write_all, and adds to the count. With Err(error), error.kind() \
                   decides: Interrupted ends nothing, and the loop goes on; all others end it, as Reset, Silent, or \
                   return Err(error). Remember that write_all can find the client gone as well.",
        },
        Hint {
            function: "echo_until_gone",
            text: "match error.kind() { ErrorKind::WouldBlock | ErrorKind::TimedOut => return Ok((echoed, \
                   Farewell::Silent)), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => return Ok((echoed, \
                   Farewell::Reset)), ErrorKind::Interrupted => {}, _ => return Err(error) }. To treat \
                   the errors of read and write_all alike, put both calls into a function that returns \
                   io::Result<usize>, and match on what it returns.",
        },
    ],
    proved: "your function tells a client that closed from one that broke off and from one that fell silent, echoes \
             every byte until then, and hands on what it cannot explain.",
    question: "a client's power fails in the middle of a connection. What does the server's next recv say, what its \
               next send, and when does it know?",
    look: Look::Sockets,
};

// ANCHOR: farewell
/// How a client went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Farewell {
    /// It said that it is done, and closed: recv gave 0 bytes.
    Closed,
    /// It broke the connection off: `ConnectionReset`, or `BrokenPipe` from a send to a client that had left already
    /// (Windows may call that `ConnectionAborted`).
    Reset,
    /// It said nothing until the read timeout ran out: `WouldBlock`, on Windows `TimedOut`. It may still be there.
    Silent,
}
// ANCHOR_END: farewell

/// The learner's [`echo_until_gone`](run).
pub type EchoUntilGone = fn(&Socket) -> io::Result<(usize, Farewell)>;

/// Tells the lesson, then drives the learner's function; returns the process's exit code.
pub fn run(echo_until_gone: EchoUntilGone) -> ExitCode {
    narrator::tell(&LESSON, walkthrough::walkthrough, |story| {
        story.your_turn("echo_until_gone", |story| drive::echo_until_gone(story, echo_until_gone));
    })
}
