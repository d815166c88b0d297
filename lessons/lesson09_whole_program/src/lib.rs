//! # Lesson 9: the whole program
//!
//! The steps put together, as a server and a client that run in two terminals. Nothing is new but the whole: an accept
//! loop that serves many clients at once, and stays up whatever one of them does.

mod drive;
pub mod programs;
pub mod server;
mod walkthrough;

use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;

use narrator::{Hint, Lesson, Look};
use socket2::Socket;

/// What this lesson is called, and what it says besides its story.
pub const LESSON: Lesson = Lesson {
    number: 9,
    package: "lesson09_whole_program",
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
    look: Look::Sockets,
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
    narrator::tell(&LESSON, walkthrough::walkthrough, |story| {
        story.your_turn("serve_client", |story| drive::serve_client(story, serve_client));
        story.your_turn("converse", |story| drive::converse(story, converse));
    })
}
