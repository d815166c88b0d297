//! # Lesson 6: close
//!
//! A connection has two directions, and each ends on its own: with a FIN, the end mark that the kernel sends behind the
//! last byte. `shutdown(2)` ends one direction, `close(2)` ends both and gives the socket back. Whoever closes while
//! the other side is still speaking does not say goodbye: the kernel sends a reset.
//!
//! `walkthrough.rs` is the story, `exercise.rs` is the learner's, and `drive.rs` judges it.

mod drive;
mod walkthrough;

use std::io;
use std::process::ExitCode;

use narrator::{Answer, Hint, Lesson, Question};
use socket2::Socket;

/// What this lesson is called, and what it says besides its story.
pub const LESSON: Lesson = Lesson {
    number: 6,
    package: "lesson06_close",
    questions: &[&ANSWER_AFTER_THE_END, &CLONE_LEFT, &LISTENER_CLOSED, &BYTES_UNREAD],
    wire_questions: &[&HOW_MANY_FINS],
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
};

/// Asked when the server has read the end of what the client sends.
const ANSWER_AFTER_THE_END: Question = Question {
    prompt: "Will it be read?",
    answers: &[
        Answer {
            text: "no, it is lost",
            why: "the client has only said that it sends no more. It still has its socket, and calls recv.",
        },
        Answer {
            text: "no, send fails",
            why: "recv gave 0, so one direction has ended. send uses the other one, and that is open.",
        },
        Answer { text: "yes", why: "each direction ends on its own, and the client ended one." },
    ],
    right: 'c',
};

/// Asked before one of two handles is closed.
const CLONE_LEFT: Question = Question {
    prompt: "What does the client see now?",
    answers: &[
        Answer {
            text: "the end",
            why: "the clone is a second handle of the same socket. While a handle is left, close sends no FIN.",
        },
        Answer {
            text: "nothing",
            why: "two handles, one socket. Only the last close sends the FIN. shutdown acts on the socket itself.",
        },
        Answer {
            text: "a reset",
            why: "a reset ends a whole connection at once. Here nothing has ended yet: a handle of the socket is left.",
        },
    ],
    right: 'b',
};

/// Asked when the last handle of the stream is closed, before the wire is told.
const HOW_MANY_FINS: Question = Question {
    prompt: "Both sides have ended. How many FINs has this connection seen?",
    answers: &[
        Answer { text: "1", why: "a FIN ends one direction, and a connection has two." },
        Answer {
            text: "2",
            why: "one for each direction: the client's when it called shutdown, the server's when its last handle was \
                  closed.",
        },
        Answer {
            text: "3",
            why: "there were three calls: a shutdown and two closes. But the first close left a handle, and sent nothing.",
        },
    ],
    right: 'b',
};

/// Asked before the listener is closed.
const LISTENER_CLOSED: Question = Question {
    prompt: "Who is disconnected?",
    answers: &[
        Answer {
            text: "second and third",
            why: "the second has been accepted. Its stream is a socket of its own, and goes on without the listener.",
        },
        Answer {
            text: "the third",
            why: "nobody can accept it any more, so the kernel resets it. Who was accepted goes on, who comes now is \
                  refused.",
        },
        Answer {
            text: "nobody",
            why: "the third's connection is in the listener's queue, and the queue ends with the listener.",
        },
    ],
    right: 'b',
};

/// Asked before a stream is closed in which bytes lie unread.
const BYTES_UNREAD: Question = Question {
    prompt: "What follows \"bye\"?",
    answers: &[
        Answer {
            text: "0 and 0",
            why: "0 says that the server's side ended in good order. But it never read the client's bytes, and TCP says \
                  so (RFC 9293 §3.6.1).",
        },
        Answer {
            text: "an error, then 0",
            why: "bytes were lost, so the kernel sent a reset, no FIN. The error is told once. Hear your peer out \
                  before you close.",
        },
        Answer {
            text: "two errors",
            why: "a reset is told once, to the first call that meets it. After that recv gives 0, here on Linux.",
        },
    ],
    right: 'b',
};

/// The learner's [`finish`](run).
pub type Finish = fn(Socket) -> io::Result<Vec<u8>>;

/// Tells the lesson, then drives the learner's function; returns the process's exit code.
pub fn run(finish: Finish) -> ExitCode {
    narrator::tell(&LESSON, walkthrough::walkthrough, |story| {
        story.your_turn("finish", |story| drive::finish(story, finish));
    })
}
