//! # Lesson 9: the whole program
//!
//! The steps put together, as a server and a client that run in two terminals. Nothing is new but the whole: an accept
//! loop that serves many clients at once.
//!
//! `walkthrough.rs` is the story, `exercise.rs` is the learner's, and `drive.rs` judges it. `server.rs` is the accept
//! loop, `programs.rs` makes two programs of the learner's functions.

mod drive;
pub mod programs;
pub mod server;
mod walkthrough;

use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;

use narrator::{Answer, Hint, Lesson, Question, stopped};
use socket2::Socket;

/// What this lesson is called, and what it says besides its story.
pub const LESSON: Lesson = Lesson {
    number: 9,
    package: "lesson09_whole_program",
    questions: &[&ONE_RECV, &WHOSE_TIME_WAIT, &WHAT_ENDS, &ONE_THREAD],
    wire_questions: &[],
    hints: &[
        Hint {
            function: "serve_client",
            text: "Lesson 5 sends every byte and receives to the end; lesson 6 tells what closes a stream. New is the limit: \
                   count what you have, and refuse as soon as it is too much, not when the client has finished.",
        },
        Hint {
            function: "serve_client",
            text: "A Socket is a Write and a Read. write_all sends all of the greeting; a loop of read up to Ok(0), or \
                   read_to_end on (&stream).take(MOST as u64 + 1), receives the answer. Every error goes to the caller \
                   by ?, also the timeout.",
        },
        Hint {
            function: "converse",
            text: "Five calls: socket, connect, one recv, send, close. Why one recv? The server does not stop sending, it waits \
                   for you: whoever reads to the end waits for ever.",
        },
        Hint {
            function: "converse",
            text: "let mut server = Socket::new(Domain::for_address(address), Type::STREAM, None)?; connect it; then \
                   let received = server.read(&mut buffer)? into 1024 bytes; write_all the answer; and at the \
                   end Ok(buffer[..received].to_vec()).",
        },
    ],
    proved: "you have written both ends of a conversation over TCP, and each end tells its caller what became of the other.",
    question: "nothing in this protocol says where the greeting ends. What would you add so that a client could be sure?",
};

/// Asked before the client receives the greeting.
const ONE_RECV: Question = Question {
    prompt: "Why only one?",
    answers: &[
        Answer {
            text: "one brings all",
            why: "it does here, because all 24 bytes are there. Over a slow network one recv may bring a piece.",
        },
        Answer {
            text: "no 0 would come",
            why: "the server waits for the answer now, and does not close. So one recv has to do, although it may bring a \
                  piece only.",
        },
        Answer {
            text: "it is faster",
            why: "more calls would cost no time worth mentioning. But the last one would wait for something that does \
                  not come.",
        },
    ],
    right: 'b',
};

/// Asked before the client closes, and then the server.
const WHOSE_TIME_WAIT: Question = Question {
    prompt: "Whose port will TIME_WAIT hold?",
    answers: &[
        Answer { text: "the client's", why: "it closed first, so the connection stays at its end." },
        Answer {
            text: "the server's",
            why: "that is the case when the server closes first. Then a restart needs SO_REUSEADDR (lesson 7).",
        },
        Answer {
            text: "nobody's",
            why: "no end is a reset here. When both sides close one after the other, the first is left with TIME_WAIT.",
        },
    ],
    right: 'a',
};

/// Asked before one of two clients breaks its connection off.
const WHAT_ENDS: Question = Question {
    prompt: "What must end then?",
    answers: &[
        Answer {
            text: "the server",
            why: "many servers do end here, by a ? behind recv. But nothing is wrong with the server or its listener.",
        },
        Answer {
            text: "both streams",
            why: "the other client has a connection and a socket of its own. The reset was not for them.",
        },
        Answer {
            text: "one stream",
            why: "the error is about one connection. In the server that you run each has a thread of its own, and the \
                  error ends there.",
        },
    ],
    right: 'c',
};

/// Asked when a server with one thread waits for a silent client, and another client has come.
const ONE_THREAD: Question = Question {
    prompt: "What becomes of the second?",
    answers: &[
        Answer {
            text: "refused",
            why: "somebody listens at that port. The kernel shakes hands without the program, so the second is connected.",
        },
        Answer {
            text: "it waits",
            why: "in the queue, until the first one's time is up. With a thread for each client it does not wait.",
        },
        Answer {
            text: "served",
            why: "the only thread is blocked in recv, for the first client. Nobody calls accept.",
        },
    ],
    right: 'b',
};

/// The learner's [`serve_client`](run).
pub type ServeClient = fn(Socket, &str) -> io::Result<Vec<u8>>;
/// The learner's [`converse`](run).
pub type Converse = fn(SocketAddr, &str) -> io::Result<Vec<u8>>;

/// What the server says to each client.
pub const GREETING: &str = "Welcome to study socket!";
/// What the client answers.
pub const ANSWER: &str = "消息收到,over!";

/// An answer may have this many bytes, and no more.
pub const MOST: usize = 64 * 1024;

/// Tells the lesson, then drives the learner's two functions; returns the process's exit code.
pub fn run(serve_client: ServeClient, converse: Converse) -> ExitCode {
    if let Some(driver) = stopped::part("serve_client") {
        return stopped::report(|| {
            drive::stream(driver).and_then(|stream| serve_client(stream, &drive::long_answer()))
        });
    }
    if let Some(driver) = stopped::part("converse") {
        return stopped::report(|| converse(driver, &drive::long_answer()).map(|greeting| greeting.len()));
    }
    narrator::tell(&LESSON, walkthrough::walkthrough, |story| {
        story.your_turn("serve_client", |story| drive::serve_client(story, serve_client));
        story.your_turn("converse", |story| drive::converse(story, converse));
    })
}
