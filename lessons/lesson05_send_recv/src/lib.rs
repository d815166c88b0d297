//! # Lesson 5: send/recv
//!
//! `send(2)` copies bytes into a buffer of the kernel's and returns; `recv(2)` takes bytes out of one. Between the two,
//! TCP carries a stream of bytes: all of them, in order, and without any border between one send and the next.
//!
//! A [`Socket`](socket2::Socket) is a [`Write`] and a [`Read`] of the standard library: its `write` is send(2), its
//! `read` is recv(2).
//!
//! `walkthrough.rs` is the story, `exercise.rs` is the learner's, and `drive.rs` judges it.

mod drive;
mod walkthrough;

use std::io::{self, Read, Write};
use std::process::ExitCode;

use narrator::{Answer, Hint, Lesson, Question};

/// What this lesson is called, and what it says besides its story.
pub const LESSON: Lesson = Lesson {
    number: 5,
    package: "lesson05_send_recv",
    questions: &[&TWO_RECVS, &PIECE_OF_TEXT, &AFTER_THE_LAST, &TWO_SENDS, &BIG_SEND, &INTERRUPTED],
    wire_questions: &[&TWO_SEGMENTS],
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
};

/// Asked when the greeting waits to be read.
const TWO_RECVS: Question = Question {
    prompt: "24 bytes have come. What do recv into 7, then into 1024 bytes give?",
    answers: &[
        Answer {
            text: "7, then it waits for 1024",
            why: "1024 is the room in the buffer, not an order for so many bytes. As long as bytes are there, recv does \
                  not wait.",
        },
        Answer {
            text: "7, then 17",
            why: "the kernel keeps what did not fit, for the next recv. The length is a maximum, and no promise.",
        },
        Answer {
            text: "7, the rest is lost",
            why: "so it is with a datagram (UDP). Of a stream the kernel keeps what nobody has read yet.",
        },
    ],
    right: 'b',
};

/// Asked when 4 of the answer's 18 bytes have been read.
const PIECE_OF_TEXT: Question = Question {
    prompt: "The server decodes these 4 bytes as UTF-8. What comes out?",
    answers: &[
        Answer {
            text: "4 characters",
            why: "a character has 1 byte in English. In UTF-8 it can have up to 4, and each Chinese one here has 3.",
        },
        Answer {
            text: "1 character",
            why: "the first 3 bytes are one. But from_utf8 takes all or nothing, and the fourth byte is no whole character.",
        },
        Answer {
            text: "an error",
            why: "the last of these bytes begins a character that is not all there. Collect all bytes first, then \
                  decode once.",
        },
    ],
    right: 'c',
};

/// Asked before the client says that it is done.
const AFTER_THE_LAST: Question = Question {
    prompt: "What will the server's next two calls of recv give?",
    answers: &[
        Answer {
            text: "nothing, they wait",
            why: "recv waits while something may still come. Now nothing can, and the server's kernel knows it.",
        },
        Answer {
            text: "0 bytes, twice",
            why: "0 is the end of the stream, now and later. When nothing is there yet, recv waits instead.",
        },
        Answer {
            text: "0 bytes, then an error",
            why: "the end is no failure, however often you ask. Each further recv gives 0 again.",
        },
    ],
    right: 'b',
};

/// Asked when both sends have come back, before the wire is told.
const TWO_SEGMENTS: Question = Question {
    prompt: "Two sends, of 5 bytes each. How many segments carry them?",
    answers: &[
        Answer {
            text: "1",
            why: "the kernel may join small sends while bytes are on their way (Nagle's algorithm). Here the first five had \
                  arrived.",
        },
        Answer { text: "2", why: "nothing was on its way, so each send went out at once." },
        Answer { text: "10", why: "a byte alone would do, but each segment has headers of 40 bytes and more." },
    ],
    right: 'b',
};

/// Asked before a client sends twice.
const TWO_SENDS: Question = Question {
    prompt: "Two sends of 5 bytes have arrived. What does one recv give?",
    answers: &[
        Answer {
            text: "5 bytes",
            why: "nothing marks where the first send ended. The kernel holds 10 bytes in a row, and recv has room for \
                  all.",
        },
        Answer {
            text: "10 bytes",
            why: "both have come, and TCP carries bytes, not messages. Over a slow network it could as well be 5, or 3. \
                  Where a message ends, the programs must say.",
        },
        Answer {
            text: "5 or 10, by chance",
            why: "chance decides when bytes come. These have come, all 10, and recv takes what is there, up to its \
                  length.",
        },
    ],
    right: 'b',
};

/// Asked before a send that must not wait.
const BIG_SEND: Question = Question {
    prompt: "How many of them does this send take?",
    answers: &[
        Answer {
            text: "all",
            why: "send copies into a buffer of the kernel's. It has no room for so many, and here send must not wait \
                  for room.",
        },
        Answer {
            text: "some",
            why: "as many as the server's send buffer had room for. Only this number says so: the others, \
                  &bytes[taken..], are yours to offer again.",
        },
        Answer {
            text: "none",
            why: "that is for a buffer without any room: the error WouldBlock. Here was some room, and send used it.",
        },
    ],
    right: 'b',
};

/// Asked before a stream is interrupted.
const INTERRUPTED: Question = Question {
    prompt: "How many bytes did that send take?",
    answers: &[
        Answer {
            text: "none",
            why: "had it taken any, it would have returned how many. So nothing is lost: call it again, with the same \
                  bytes.",
        },
        Answer {
            text: "some",
            why: "then send returns how many, and no error. Interrupted says that the signal came before the first byte.",
        },
        Answer {
            text: "nobody knows",
            why: "send tells: Interrupted says that it took nothing, and a number says how many it took.",
        },
    ],
    right: 'a',
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
