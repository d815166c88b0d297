//! # Lesson 10: framing
//!
//! TCP carries bytes, and nothing in them says where a message ends (lesson 5). Two programs have to agree on that: they
//! send the length before the message, or a mark behind it. That is called *framing*, and one message with its length or its
//! mark is a *frame*.
//!
//! `walkthrough.rs` is the story, `exercise.rs` is the learner's, and `drive.rs` judges it.

mod drive;
mod walkthrough;

use std::io::{self, Read};
use std::process::ExitCode;

use narrator::{Answer, Hint, Lesson, Question};

/// What this lesson is called, and what it says besides its story.
pub const LESSON: Lesson = Lesson {
    number: 10,
    package: "lesson10_framing",
    questions: &[&BYTE_ORDER, &NO_MORE, &STRANGER],
    wire_questions: &[],
    hints: &[
        Hint {
            function: "read_frame",
            text: "Four bytes first, then as many as they say. But read may give fewer than you ask for, also of the four. \
                   And the stream may end in three places: before the length, inside it, behind it. Which of these is no \
                   failure, and how do you notice that one?",
        },
        Hint {
            function: "read_frame",
            text: "Read the first byte of the length by itself, with read: 0 is the end between two frames. From there on an \
                   end is a failure, and read_exact tells it as UnexpectedEof. It also makes an interrupted call again; \
                   read does not. u32::from_be_bytes makes a number of the four.",
        },
        Hint {
            function: "read_frame",
            text: "let mut length = [0; 4]; read into &mut length[..1], again as long as the error is Interrupted; Ok(0) \
                   => return Ok(None). Then stream.read_exact(&mut length[1..])?; let length = u32::from_be_bytes(length) \
                   as usize; if length > most, Err(io::ErrorKind::InvalidData.into()), and only then vec![0; length] and \
                   stream.read_exact.",
        },
        Hint {
            function: "next_line",
            text: "A read may bring a part of a line, or three lines. So look into pending first: the line may be there \
                   already. If it is not, read more, append it to pending, and look again. What stays in pending when you \
                   return?",
        },
        Hint {
            function: "next_line",
            text: "A loop: if pending has a b'\\n' (iter().position), drain the line up to it and return it, without its \
                   line end. Otherwise read. 0 is the end: None if pending is empty, else UnexpectedEof. A line may be too \
                   long before its end has come; and the last byte so far may be the '\\r' of a line end.",
        },
        Hint {
            function: "next_line",
            text: "if let Some(at) = pending.iter().position(|byte| *byte == b'\\n') { let mut line: Vec<u8> = \
                   pending.drain(..=at).collect(); take the b'\\n' off, and a b'\\r' before it; if line.len() > most, \
                   InvalidData; String::from_utf8 } else if pending.len() > most + 1, InvalidData. Search only what is \
                   new: remember how far you have searched.",
        },
    ],
    proved: "you know where a message ends, whatever pieces it comes in; you believe no length before you have looked at it; \
             and an end in the middle is never taken for the end of a message.",
    question: "you have to send texts that may contain any byte, and some are longer than the memory. Length in front, or mark \
               behind? What would you send before each piece?",
};

/// Asked when the four bytes of a length have been read.
const BYTE_ORDER: Question = Question {
    prompt: "The server makes a number of them with from_le_bytes. Which?",
    answers: &[
        Answer {
            text: "7",
            why: "that is what the client meant. But its first byte is the largest part of the number, and from_le_bytes takes \
                  the first for the smallest.",
        },
        Answer {
            text: "117,440,512",
            why: "7 times 2^24: the same bytes, read from the wrong end. No call fails. The server would wait for 112 MiB, and \
                  the client for its answer.",
        },
        Answer {
            text: "it fails",
            why: "any four bytes are a number, in either order. So nothing tells the server that it is the wrong one.",
        },
    ],
    right: 'b',
};

/// Asked when the client has closed behind its last frame.
const NO_MORE: Question = Question {
    prompt: "What does read_exact into 4 bytes give?",
    answers: &[
        Answer { text: "Ok", why: "Ok means that all four bytes are there. None has come, and none will." },
        Answer {
            text: "an error",
            why: "UnexpectedEof: it wanted four bytes. It gives the same when a length or a message is cut, so it cannot tell \
                  you whether the client ended well.",
        },
        Answer {
            text: "it waits",
            why: "recv waits while something may still come. The client's FIN is there, so its kernel says 0, and \
                  read_exact makes an error of that.",
        },
    ],
    right: 'b',
};

/// Asked before a stranger's length.
const STRANGER: Question = Question {
    prompt: "How many bytes must a stranger send to make it ask for 4 GiB of memory?",
    answers: &[
        Answer {
            text: "4",
            why: "the length is all that it takes, and whoever connects can send one. So compare it with the most that you \
                  allow, before you make room.",
        },
        Answer {
            text: "65,536",
            why: "no buffer has to be full for it. A length is a number, and a program that believes it makes room before the \
                  first byte of the message.",
        },
        Answer {
            text: "4 GiB",
            why: "that would be fair. But vec![0; length] comes before the bytes, and the stranger need not send any.",
        },
    ],
    right: 'a',
};

/// The learner's [`read_frame`](run).
pub type ReadFrame = fn(&mut dyn Read, usize) -> io::Result<Option<Vec<u8>>>;
/// The learner's [`next_line`](run).
pub type NextLine = fn(&mut dyn Read, &mut Vec<u8>, usize) -> io::Result<Option<String>>;

/// Tells the lesson, then drives the learner's two functions; returns the process's exit code.
pub fn run(read_frame: ReadFrame, next_line: NextLine) -> ExitCode {
    narrator::tell(&LESSON, walkthrough::walkthrough, |story| {
        story.your_turn("read_frame", |story| drive::read_frame(story, read_frame));
        story.your_turn("next_line", |story| drive::next_line(story, next_line));
    })
}
