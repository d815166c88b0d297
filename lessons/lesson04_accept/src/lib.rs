//! # Lesson 4: accept
//!
//! The kernel shakes hands with clients on its own and puts each finished connection into the listener's accept queue.
//! `accept(2)` takes the oldest one off that queue and returns a new socket for it. The listener stays what it was.
//!
//! `walkthrough.rs` is the story, `exercise.rs` is the learner's, and `drive.rs` judges it.

mod drive;
mod walkthrough;

use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;

use narrator::{Answer, Hint, Lesson, Question};
use socket2::Socket;

/// What this lesson is called, and what it says besides its story.
pub const LESSON: Lesson = Lesson {
    number: 4,
    package: "lesson04_accept",
    questions: &[&EARLY_SEND, &SERVERS_PORT, &LISTENER_RECV],
    wire_questions: &[],
    hints: &[
        Hint {
            function: "accept_clients",
            text: "One accept takes one client off the queue, the oldest. How often must you call it for `count` clients?",
        },
        Hint {
            function: "accept_clients",
            text: "accept gives back the new socket and the peer's address as a SockAddr. Its as_socket() is the address \
                   as SocketAddr, in an Option: a SockAddr can be of another family. A socket that goes out of scope is \
                   closed, so put it into the Vec that you return. accept can fail, too: that is the caller's to know.",
        },
        Hint {
            function: "accept_clients",
            text: "let (stream, peer) = listener.accept()?; then let peer = peer.as_socket().ok_or(io::ErrorKind::Unsupported)?; \
                   then clients.push((stream, peer)); all of it inside for _ in 0..count { … }.",
        },
        Hint {
            function: "connect_to",
            text: "A client needs two calls, socket and connect, and no bind: the kernel picks its address. The family \
                   has to be the server's. Whatever connect says is the caller's to know.",
        },
        Hint {
            function: "connect_to",
            text: "let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?; then \
                   client.connect(&server.into())?; then Ok(client).",
        },
    ],
    proved: "accept gives each client, oldest first, a socket of its own, and leaves the listener and the rest of the queue \
             as they were; connect alone makes a client, of either family. Where a call fails, the caller learns why.",
    question: "the server has one port and a hundred clients. How does the kernel know whose bytes are whose?",
};

/// Asked while the client waits in the accept queue.
const EARLY_SEND: Question = Question {
    prompt: "What does the client's send give?",
    answers: &[
        Answer {
            text: "it waits for accept",
            why: "accept is between the server's program and its own kernel. The client is told nothing of it.",
        },
        Answer {
            text: "5 bytes",
            why: "the connection is there already, at both ends, so the server's kernel can take bytes and keep them.",
        },
        Answer {
            text: "an error",
            why: "send fails where there is no connection. Here is one: the two kernels have shaken hands.",
        },
    ],
    right: 'b',
};

/// Asked before the kernel shows the server's end of the connection.
const SERVERS_PORT: Question = Question {
    prompt: "Which port does that end have?",
    answers: &[
        Answer {
            text: "none yet",
            why: "a connection is a pair of addresses, from its first moment on. Without one, no byte could find it.",
        },
        Answer {
            text: "a new one",
            why: "it is the address that the client connected to, and the client was told of no other.",
        },
        Answer {
            text: "the listener's",
            why: "the pair of addresses names a connection, so the listener and all its connections can share one port.",
        },
    ],
    right: 'c',
};

/// Asked before the listener is used as if it were a stream.
const LISTENER_RECV: Question = Question {
    prompt: "Two clients are connected. What does recv on the listener give?",
    answers: &[
        Answer {
            text: "a client's bytes",
            why: "whose? Each client's bytes come at the stream that accept gave for it, and nowhere else.",
        },
        Answer {
            text: "it waits",
            why: "recv waits on a connection, for what may still come. On this socket nothing ever will.",
        },
        Answer { text: "an error", why: "a listening socket has no peer. It takes connections and carries no data." },
    ],
    right: 'c',
};

/// Why a socket that does not fit the call is not shown on Windows.
const WINE_WAITS: &str = "the course was tried for Windows under Wine, and Wine waits here for ever";

/// The learner's [`accept_clients`](run).
pub type AcceptClients = fn(&Socket, usize) -> io::Result<Vec<(Socket, SocketAddr)>>;
/// The learner's [`connect_to`](run).
pub type ConnectTo = fn(SocketAddr) -> io::Result<Socket>;

/// Tells the lesson, then drives the learner's two functions; returns the process's exit code.
pub fn run(accept_clients: AcceptClients, connect_to: ConnectTo) -> ExitCode {
    narrator::tell(&LESSON, walkthrough::walkthrough, |story| {
        story.your_turn("accept_clients", |story| drive::accept_clients(story, accept_clients));
        story.your_turn("connect_to", |story| drive::connect_to(story, connect_to));
    })
}
