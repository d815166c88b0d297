//! # Lesson 8: disconnect
//!
//! A client can go in three ways: it closes, it breaks the connection off, or it says nothing more. No call tells a
//! program that its client is gone. It has only what its own `recv(2)` and `send(2)` return, and this lesson looks at that.
//!
//! `walkthrough.rs` is the story, `exercise.rs` is the learner's, and `drive.rs` judges it.

mod drive;
mod walkthrough;

use std::io;
use std::process::ExitCode;

use narrator::{Answer, Hint, Lesson, Question, stopped};
use socket2::Socket;

/// What this lesson is called, and what it says besides its story.
pub const LESSON: Lesson = Lesson {
    number: 8,
    package: "lesson08_disconnect",
    questions: &[&EMPTY_SEND, &TWO_SENDS, &AFTER_A_RESET, &SILENCE, &SIGN_OF_LIFE],
    wire_questions: &[],
    hints: &[
        Hint {
            function: "echo_until_gone",
            text: "A client goes in three ways, and each shows in what recv returns, or send. Run the walkthrough again \
                   and write down what came back: which is an Ok, which are an Err, and of which kind? Everything \
                   else is an echo.",
        },
        Hint {
            function: "echo_until_gone",
            text: "A loop around one match on stream.read(&mut buffer). Ok(0) ends it: Closed. Ok(received) sends \
                   &buffer[..received] back with write_all, and adds to the count. With Err(error), error.kind() \
                   decides: Interrupted ends nothing, and the loop goes on; all others end it, as Reset, Silent, or \
                   return Err(error). Remember that write_all can find the client gone as well.",
        },
        Hint {
            function: "echo_until_gone",
            text: "match error.kind() { ErrorKind::WouldBlock | ErrorKind::TimedOut => return Ok((echoed, \
                   Farewell::Silent)), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => return Ok((echoed, \
                   Farewell::Reset)), ErrorKind::Interrupted => {}, _ => return Err(error) }. To treat \
                   the errors of read and write_all alike, put both calls into a function that returns \
                   io::Result<usize>, and match on what it returns.",
        },
    ],
    proved: "your function tells a client that closed from one that broke off and from one that fell silent, echoes \
             every byte until then, and hands on what it cannot explain.",
    question: "a client's power fails in the middle of a connection. What does the server's next recv say, what its \
               next send, and when does it know?",
};

/// Asked while the server waits in recv.
const EMPTY_SEND: Question = Question {
    prompt: "What does this send do to the waiting recv?",
    answers: &[
        Answer {
            text: "recv gives 0",
            why: "a message of 0 bytes would do that. But TCP knows no messages, and 0 bytes of a stream are nothing.",
        },
        Answer {
            text: "nothing",
            why: "nothing was sent. So recv's 0 is free to mean one thing: the client's FIN, the end of the stream \
                  (recv(2)).",
        },
        Answer {
            text: "recv fails",
            why: "there is no failure here. On a live connection a send of 0 bytes succeeds, and sends nothing.",
        },
    ],
    right: 'b',
};

/// Asked before the server sends to a client that has closed.
const TWO_SENDS: Question = Question {
    prompt: "It sends twice, a moment apart. What comes back?",
    answers: &[
        Answer {
            text: "5 bytes, an error",
            why: "send only fills our own kernel's buffer. The client's kernel answers RST, and the second send hears \
                  of it.",
        },
        Answer {
            text: "5 bytes, twice",
            why: "the first does give 5. But nobody is left who reads, and then the client's kernel answers with a \
                  reset.",
        },
        Answer {
            text: "an error, twice",
            why: "the FIN said only that the client sends no more. It might still read, so send has no reason to fail yet.",
        },
    ],
    right: 'a',
};

/// Asked when a client has broken the connection off.
const AFTER_A_RESET: Question = Question {
    prompt: "The server sends, then it receives. What comes back?",
    answers: &[
        Answer {
            text: "5 bytes, an error",
            why: "that was after a FIN. A reset has ended both directions, and our kernel knows it before the send.",
        },
        Answer {
            text: "an error, 0",
            why: "a reset is told once, to the call that comes first. It is no proof of a crash (lesson 6).",
        },
        Answer {
            text: "an error, twice",
            why: "the kernel keeps one error for the socket, and hands it out once. After that recv gives 0.",
        },
    ],
    right: 'b',
};

/// Asked when a client has said something, and the server waits for more.
const SILENCE: Question = Question {
    prompt: "When does the next recv return?",
    answers: &[
        Answer {
            text: "after a minute or so",
            why: "many programs wait so long and no longer, but by a timeout of their own. recv has none unless you set \
                  it.",
        },
        Answer {
            text: "after two hours",
            why: "that is keep-alive, which asks after a silent peer. It is off unless a program turns it on.",
        },
        Answer {
            text: "maybe never",
            why: "TCP sets no limit to silence. A client that thinks and a cut cable look the same from here.",
        },
    ],
    right: 'c',
};

/// Asked before the server sends to a client that is silent.
const SIGN_OF_LIFE: Question = Question {
    prompt: "What proves it?",
    answers: &[
        Answer {
            text: "send's count",
            why: "it counts what our own kernel took. A send into a cut cable gives the same number.",
        },
        Answer {
            text: "an ACK",
            why: "the client's kernel sends that, also for a program that hangs. And no recv of ours returns it.",
        },
        Answer {
            text: "an answer",
            why: "only the client's program can give one. send said 12 bytes when nobody had read any.",
        },
    ],
    right: 'c',
};

// ANCHOR: farewell
/// How a client went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Farewell {
    /// It said that it is done, and closed: recv gave 0 bytes.
    Closed,
    /// It broke the connection off: `ConnectionReset`, or `BrokenPipe` from a send to a client that had left already
    /// (Windows may call that `ConnectionAborted`).
    Reset,
    /// It said nothing until the read timeout ran out: `WouldBlock`, on Windows `TimedOut`. It may still be there.
    Silent,
}
// ANCHOR_END: farewell

/// The learner's [`echo_until_gone`](run).
pub type EchoUntilGone = fn(&Socket) -> io::Result<(usize, Farewell)>;

/// Tells the lesson, then drives the learner's function; returns the process's exit code.
pub fn run(echo_until_gone: EchoUntilGone) -> ExitCode {
    if let Some(driver) = stopped::part("echo_until_gone") {
        return stopped::report(|| echo_until_gone(&stopped::stream(driver)?));
    }
    narrator::tell(&LESSON, walkthrough::walkthrough, |story| {
        story.your_turn("echo_until_gone", |story| drive::echo_until_gone(story, echo_until_gone));
    })
}
