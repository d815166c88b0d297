//! # Lesson 11: deadlines
//!
//! A timeout is for one call. A client that sends a byte now and then never lets it run out, and its message never ends. A
//! *deadline* is for the whole: a point in time, and each call may wait for what is left until then.
//!
//! `walkthrough.rs` is the story, `exercise.rs` is the learner's, and `drive.rs` judges it.

mod drive;
mod walkthrough;

use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use narrator::{Answer, Hint, Lesson, Question, blocks, stopped};
use socket2::Socket;

/// What this lesson is called, and what it says besides its story.
pub const LESSON: Lesson = Lesson {
    number: 11,
    package: "lesson11_deadlines",
    questions: &[&LOST, &HERITAGE, &SEND_TIMEOUT],
    wire_questions: &[],
    hints: &[
        Hint {
            function: "receive_within",
            text: "How does the walkthrough's second step do it? A recv may wait for what is left of the limit, and no longer. \
                   Then write down what may come of each recv (bytes, 0, three kinds of error that are no end, and others), and \
                   what the stream has to be like when you return, on each of these ways.",
        },
        Hint {
            function: "receive_within",
            text: "Two functions: the outer one looks at the limit, keeps read_timeout() and is_nonblocking() of the stream, \
                   calls the inner one, and sets both back, whatever came of it. The inner one has no settings to think of, so \
                   it may leave by `?`: a loop around recv into what is still empty of vec![0; count].",
        },
        Hint {
            function: "receive_within",
            text: "let begin = Instant::now(); while received < count { let left = limit.saturating_sub(begin.elapsed()); if \
                   left.is_zero() { return Err(ErrorKind::TimedOut.into()) } stream.set_read_timeout(Some(left.max(1 ms))); \
                   match stream.read(&mut message[received..]) … }. Ok(0) is UnexpectedEof; WouldBlock, TimedOut and \
                   Interrupted only go round; no timeout may be 0, nor less than a microsecond: that would be none.",
        },
        Hint {
            function: "connect_within",
            text: "The walkthrough's last step connects twice. One of the two says TimedOut, and leaves nothing behind. What \
                   has to be right of the socket before: its family. And afterwards: is it as you would make it?",
        },
        Hint {
            function: "connect_within",
            text: "Socket::new(Domain::for_address(server), Type::STREAM, None)?, then socket.connect_timeout(&server.into(), \
                   limit)?, and the socket. connect_timeout makes it nonblocking while it connects, and blocking again. An \
                   error drops the socket, which closes it.",
        },
    ],
    proved: "a client that sends a byte now and then cannot keep your server longer than you allow; the stream is afterwards as \
             its owner had set it; and nobody waits for a connection longer than they want to.",
    question: "you allow 10 s for a request. A client with a slow line sends 100 MB, steadily, and is cut off. What would you \
               limit in place of the whole time, or beside it?",
};

/// Asked when the second half of a message has come, too late for the first read_exact.
const LOST: Question = Question {
    prompt: "The server calls read_exact into 8 bytes again. What does it get?",
    answers: &[
        Answer {
            text: "all 8",
            why: "so it would be if the first call had left its 5 bytes in the kernel. But a recv takes out what it gives, and \
                  read_exact gave it to nobody.",
        },
        Answer {
            text: "the last 3",
            why: "read_exact gives all or an error. It takes these 3 as well, and then it waits for 5 more.",
        },
        Answer {
            text: "an error",
            why: "the first call took 5 bytes from the kernel, the second one 3, and both failed. With recv, and a count of your \
                  own, nothing is lost.",
        },
    ],
    right: 'c',
};

/// Asked when a client has been accepted by a nonblocking listener that has a timeout.
const HERITAGE: Question = Question {
    prompt: "Which of the two does the new stream have, here on Linux?",
    answers: &[
        Answer {
            text: "both",
            why: "so it is on macOS and the BSDs. A program that sets neither on its streams behaves differently there.",
        },
        Answer {
            text: "neither",
            why: "a socket that socket() makes has neither. accept makes one from the listener, and takes some of its settings \
                  over.",
        },
        Answer {
            text: "nonblocking",
            why: "on Linux this one stays behind (accept(2)), and the other one comes along.",
        },
        Answer {
            text: "the timeout",
            why: "Linux copies it, and not the mode (accept(2)); macOS and the BSDs copy both. So set on each stream what you \
                  depend on.",
        },
    ],
    right: 'd',
};

/// Asked before a client with a write timeout connects to a server whose queue is full.
const SEND_TIMEOUT: Question = Question {
    prompt: "It is send's timeout. What does connect say?",
    answers: &[
        Answer {
            text: "TimedOut",
            why: "ETIMEDOUT is the kernel's word when it gives up itself, after two minutes or so. Here it goes on.",
        },
        Answer {
            text: "InProgress",
            why: "Linux takes send's timeout for connect, too (socket(7)). The kernel goes on trying: a second later the socket may \
                  be connected.",
        },
        Answer {
            text: "nothing: it waits",
            why: "without any limit it would, for a minute or more (lesson 3). But on Linux send's timeout is connect's as well \
                  (socket(7)).",
        },
    ],
    right: 'b',
};

/// Why a step about a full accept queue is told on Linux only.
const QUEUES_DIFFER: &str = "every system has its own way with a full queue, and some refuse whom Linux keeps waiting.";

/// Why a step about inherited settings is told on Linux only.
const STREAMS_DIFFER: &str = "what a stream takes over from its listener differs from system to system.";

/// The learner's [`receive_within`](run).
pub type ReceiveWithin = fn(&Socket, usize, Duration) -> io::Result<Vec<u8>>;
/// The learner's [`connect_within`](run).
pub type ConnectWithin = fn(SocketAddr, Duration) -> io::Result<Socket>;

/// Whether calls on this socket come back at once in place of waiting. Windows does not tell, and gets `false`.
///
/// # Errors
/// Those of `fcntl(2)`.
pub fn is_nonblocking(socket: &Socket) -> io::Result<bool> {
    blocks(socket).map(|blocks| !blocks)
}

/// Tells the lesson, then drives the learner's two functions; returns the process's exit code.
pub fn run(receive_within: ReceiveWithin, connect_within: ConnectWithin) -> ExitCode {
    if let Some(driver) = stopped::part("receive_within") {
        return stopped::report(|| {
            let message = receive_within(&stopped::stream(driver)?, drive::MESSAGE.len(), drive::AMPLE)?;
            Ok(String::from_utf8_lossy(&message).into_owned())
        });
    }
    narrator::tell(&LESSON, walkthrough::walkthrough, |story| {
        story.your_turn("receive_within", |story| drive::receive_within(story, receive_within));
        story.your_turn("connect_within", |story| drive::connect_within(story, connect_within));
    })
}
