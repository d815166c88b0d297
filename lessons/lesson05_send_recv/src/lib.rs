//! # Lesson 5: send/recv
//!
//! `send(2)` copies bytes into a buffer of the kernel's and returns; `recv(2)` takes bytes out of one. Between the two,
//! TCP carries a stream of bytes: all of them, in order, and without any border between one send and the next.
//!
//! A [`Socket`](socket2::Socket) is a [`Write`] and a [`Read`] of the standard library: its `write` is send(2), its `read` is recv(2).

mod drive;
mod walkthrough;

use std::io::{self, Read, Write};
use std::process::ExitCode;

use narrator::{Hint, Lesson, Look};

/// What this lesson is called, and what it says besides its story.
pub const LESSON: Lesson = Lesson {
    number: 5,
    package: "lesson05_send_recv",
    hints: &[
        Hint {
            function: "send_all",
            text: "write says how many bytes it took, and that may be fewer than you offered. Which bytes must you \
                   offer next, and when is there nothing left to offer?",
        },
        Hint {
            function: "send_all",
            text: "Keep a slice of what is left, at first all of it. After Ok(taken) it is &left[taken..]; loop until \
                   it is empty. Two outcomes need an arm of their own: Ok(0) ends in WriteZero, and an error whose \
                   kind is Interrupted means: the same once more.",
        },
        Hint {
            function: "send_all",
            text: "let mut left = bytes; while !left.is_empty() { match stream.write(left) { Ok(0) => return \
                   Err(io::ErrorKind::WriteZero.into()), Ok(taken) => left = &left[taken..], Err(error) if \
                   error.kind() == io::ErrorKind::Interrupted => {} Err(error) => return Err(error) } } Ok(())",
        },
        Hint {
            function: "receive_text",
            text: "read fills at most the buffer that you give it, and says how much of it is new. What does it say \
                   when the peer is done? And when is it safe to make a text of the bytes?",
        },
        Hint {
            function: "receive_text",
            text: "Loop: read into a buffer such as [0; 1024], and append &buffer[..received] to a Vec<u8>. Ok(0) ends \
                   the loop, nothing else does; an Interrupted error goes round once more. After the loop, \
                   String::from_utf8 decodes all of it, and map_err turns its error into InvalidData.",
        },
        Hint {
            function: "receive_text",
            text: "loop { match stream.read(&mut buffer) { Ok(0) => break, Ok(received) => \
                   bytes.extend_from_slice(&buffer[..received]), Err(error) if error.kind() == \
                   io::ErrorKind::Interrupted => {} Err(error) => return Err(error) } } and then \
                   String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))",
        },
    ],
    proved: "send may take fewer bytes than it is offered and recv may give fewer than were sent, so you loop: on to \
             the last byte, and on to the 0 that ends the stream. An interruption costs nothing, and only the whole \
             is a text.",
    question: "the peer sends two messages and you want them back as two. TCP keeps no border between them: who could?",
    look: Look::Sockets,
};

/// The learner's [`send_all`](run).
pub type SendAll = fn(&mut dyn Write, &[u8]) -> io::Result<()>;
/// The learner's [`receive_text`](run).
pub type ReceiveText = fn(&mut dyn Read) -> io::Result<String>;

/// What the server says.
const GREETING: &str = "Welcome to study socket!";
/// What the client answers.
const ANSWER: &str = "消息收到,over!";

/// Tells the lesson, then drives the learner's two functions; returns the process's exit code.
pub fn run(send_all: SendAll, receive_text: ReceiveText) -> ExitCode {
    narrator::tell(&LESSON, walkthrough::walkthrough, |story| {
        story.your_turn("send_all", |story| drive::send_all(story, send_all));
        story.your_turn("receive_text", |story| drive::receive_text(story, receive_text));
    })
}
