//! # Lesson 3: listen
//!
//! A bound socket has a name, but whoever connects to it is turned away. `listen(2)` makes it passive: from then on the
//! kernel shakes hands with clients on its own, and puts each finished connection into the accept queue. The backlog
//! says how many may wait there.
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
    number: 3,
    package: "lesson03_listen",
    questions: &[&TOO_EARLY, &SERVERS_END, &FULL_QUEUE, &ONE_MORE],
    wire_questions: &[&NOBODY_LISTENS, &NO_ROOM],
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
};

/// Asked before a client connects to a socket that has a name and does not listen.
const TOO_EARLY: Question = Question {
    prompt: "What does the client get?",
    answers: &[
        Answer {
            text: "a connection",
            why: "a name is not enough for that. The kernel lets clients in where a socket listens, and here none does.",
        },
        Answer { text: "a refusal", why: "the name is taken, but nobody listens there. The kernel says so at once." },
        Answer {
            text: "silence",
            why: "silence is what you get where nothing answers. This kernel is there, and answers for its ports.",
        },
    ],
    right: 'b',
};

/// Asked when connect has said ConnectionRefused, before the wire is told.
const NOBODY_LISTENS: Question = Question {
    prompt: "The client's SYN came to a port where nobody listens. What came back?",
    answers: &[
        Answer {
            text: "nothing",
            why: "then connect would wait, and its kernel would ask again. It came back at once.",
        },
        Answer {
            text: "a RST",
            why: "there is nobody to connect to, and the server's kernel says so. That is what \"refused\" means.",
        },
        Answer {
            text: "a FIN",
            why: "a FIN says that one side of a connection has sent its last byte. Here is no connection.",
        },
    ],
    right: 'b',
};

/// Asked when the third client's patience is over, before the wire is told.
const NO_ROOM: Question = Question {
    prompt: "Nothing came back to the third client. What does its kernel do now?",
    answers: &[
        Answer {
            text: "it sends a RST",
            why: "to whom? As far as it knows, its SYN was lost on the way, and nobody has heard of it.",
        },
        Answer {
            text: "it waits in silence",
            why: "a SYN that was lost is answered by nobody, so waiting alone would never end.",
        },
        Answer {
            text: "it sends the SYN again",
            why: "any segment can be lost, so it is sent again: after 1 s, then after a time that grows. Our program had \
                  a patience of 250 ms; its kernel has more.",
        },
    ],
    right: 'c',
};

/// Asked while the client's connect has come back, and the server has called nothing since listen.
const SERVERS_END: Question = Question {
    prompt: "What does the server's kernel have for this client by now?",
    answers: &[
        Answer {
            text: "nothing yet",
            why: "connect came back, so somebody answered. That was the server's kernel, and it remembers whom.",
        },
        Answer {
            text: "half a connection",
            why: "it was half made for a moment, before the client's last ACK. It needs no accept to become whole.",
        },
        Answer {
            text: "a connection",
            why: "the kernel shook hands on its own (SYN, SYN-ACK, ACK) and put the finished connection into the accept \
                  queue. There it waits for an accept, lesson 4.",
        },
    ],
    right: 'c',
};

/// Asked before the queue is full.
const FULL_QUEUE: Question = Question {
    prompt: "The backlog is 1. How many of the three get in?",
    answers: &[
        Answer { text: "1", why: "on Linux the queue is full only when it holds more than the backlog." },
        Answer { text: "2", why: "Linux takes one more than the backlog says." },
        Answer { text: "3", why: "the backlog is a limit, although not an exact one. The third stays outside." },
    ],
    right: 'b',
};

/// Asked when one client is to be accepted while two are connected, and a backlog of 1 seems to be used up.
const ONE_MORE: Question = Question {
    prompt: "The accepted client stays connected. Does another get in?",
    answers: &[
        Answer {
            text: "no, it has to wait",
            why: "so it would be if the backlog counted clients. It counts those that wait for accept.",
        },
        Answer {
            text: "no, it is refused",
            why: "a refusal says that nobody listens there. The listener listens as before.",
        },
        Answer {
            text: "yes",
            why: "the backlog counts the connections that wait in the queue, not the clients. An accepted one waits no more.",
        },
    ],
    right: 'c',
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
