//! # Lesson 6: close
//!
//! A connection has two directions, and each ends on its own: with a FIN, the end mark that the kernel sends behind the
//! last byte. `shutdown(2)` ends one direction, `close(2)` ends both and gives the socket back. Whoever closes while
//! the other side is still speaking does not say goodbye: the kernel sends a reset.

mod drive;
mod walkthrough;

use std::io;
use std::process::ExitCode;

use narrator::{Hint, Lesson, Look};
use socket2::Socket;

/// What this lesson is called, and what it says besides its story.
pub const LESSON: Lesson = Lesson {
    number: 6,
    package: "lesson06_close",
    hints: &[
        Hint {
            function: "finish",
            text: "Three things, in this order: end the direction in which you send, hear the other one to its end, \
                   let the socket go. close ends both directions at once. Which call of the walkthrough ended only \
                   one?",
        },
        Hint {
            function: "finish",
            text: "stream.shutdown(Shutdown::Write), with Shutdown from std::net, ends your half and leaves you \
                   listening. Then read as in lesson 5: until recv gives 0, because one recv brings only what has \
                   arrived. Errors are the caller's: hand them on with ?. The socket is closed when `stream` is \
                   dropped.",
        },
        Hint {
            function: "finish",
            text: "stream.shutdown(Shutdown::Write)?; then let mut heard = Vec::new(); let mut buffer = [0; 1024]; \
                   then, in a loop, let received = (&stream).read(&mut buffer)?; if received == 0 { return Ok(heard); \
                   } heard.extend_from_slice(&buffer[..received]);",
        },
    ],
    proved: "you end your half first, hear the other one to its end, and only then close: so nothing is lost, nobody \
             waits for ever, and a reset is not taken for an end.",
    question: "a server sends its answer and closes at once. Some clients get the whole answer, some get a reset. What \
               did those clients do that the others did not?",
    look: Look::Sockets,
};

/// The learner's [`finish`](run).
pub type Finish = fn(Socket) -> io::Result<Vec<u8>>;

/// Tells the lesson, then drives the learner's function; returns the process's exit code.
pub fn run(finish: Finish) -> ExitCode {
    narrator::tell(&LESSON, walkthrough::walkthrough, |story| {
        story.your_turn("finish", |story| drive::finish(story, finish));
    })
}
