//! # Lesson 7: reuse
//!
//! A connection outlives its sockets: on the side that closed first the kernel keeps it in TIME_WAIT for a while. This
//! lesson is about a server that starts again meanwhile, about the option SO_REUSEADDR, and about what `bind(2)` asks.
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
    number: 7,
    package: "lesson07_reuse_address",
    questions: &[&STARTED_AGAIN, &WITH_THE_OPTION, &WHAT_LINGERS, &AFTER_BIND, &ONLY_WE_HAVE_IT, &BOTH_HAVE_IT],
    wire_questions: &[&THE_LAST_SEGMENT],
    hints: &[
        Hint {
            function: "restartable_listener",
            text: "Three calls open a listener. A fourth makes the port free for the next life while connections of \
                   this one linger. Between which two of the three does it stand, and in which of the lives?",
        },
        Hint {
            function: "restartable_listener",
            text: "The option is SO_REUSEADDR, set_reuse_address(true) in socket2: after Socket::new and before bind, \
                   in every life, and on Unix only: if cfg!(unix) { … }. The live listener needs no code of yours: \
                   bind refuses its port, and ? hands that error on.",
        },
        Hint {
            function: "restartable_listener",
            text: "let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?; then \
                   if cfg!(unix) { listener.set_reuse_address(true)?; } then listener.bind(&address.into())?; \
                   listener.listen(128)?; and at the end Ok(listener).",
        },
    ],
    proved: "SO_REUSEADDR, set before bind in both lives, lets a server have its port again while its old connections \
             linger; a live listener keeps its port all the same.",
    question: "you add SO_REUSEADDR to your server, start it again, and bind still says EADDRINUSE. Why, and for how \
               long?",
};

/// Asked when both sides have closed, before the wire is told.
const THE_LAST_SEGMENT: Question = Question {
    prompt: "Each side has sent its FIN. Who sends the last segment?",
    answers: &[
        Answer {
            text: "the client, its FIN",
            why: "a FIN has to be acknowledged as bytes have, or it is sent again. So something follows it.",
        },
        Answer {
            text: "the client, an ACK",
            why: "it has acknowledged the server's FIN already. Its own FIN is the one that waits for an answer.",
        },
        Answer {
            text: "the server, an ACK",
            why: "it closed first, so it acknowledges last. Nobody tells it whether that ACK arrives.",
        },
    ],
    right: 'c',
};

/// Asked when a server's first life is over, and all its sockets are closed.
const STARTED_AGAIN: Question = Question {
    prompt: "What does bind give?",
    answers: &[
        Answer {
            text: "ok",
            why: "no program has a socket at that port any more, but the kernel still keeps a connection there.",
        },
        Answer { text: "it waits", why: "bind waits for nothing. It gets the address at once, or it fails at once." },
        Answer { text: "AddrInUse", why: "the connection holds the port, although no program has it." },
    ],
    right: 'c',
};

/// Asked before the second life sets an option that the first one did not set.
const WITH_THE_OPTION: Question = Question {
    prompt: "Does bind get the port now?",
    answers: &[
        Answer {
            text: "yes",
            why: "this is the right option, set at the right place, but only now. Linux asks the first life's socket for \
                  it as well.",
        },
        Answer {
            text: "no",
            why: "Linux asks both sockets, and the first life's lacked it. Only time helps: 60 s here. \
                  tcp_fin_timeout does not change it.",
        },
        Answer {
            text: "yes, but listen fails",
            why: "listen fails where somebody else listens, and nobody does. This program does not even come to listen.",
        },
    ],
    right: 'b',
};

/// Asked when the next server's first life is over, before its second one listens.
const WHAT_LINGERS: Question = Question {
    prompt: "The second life will listen. What becomes of TIME_WAIT?",
    answers: &[
        Answer {
            text: "it ends",
            why: "the option lets bind go on beside that connection, and does not touch it. Its time runs on.",
        },
        Answer {
            text: "it stays",
            why: "late segments have the old pair of addresses, and new clients go to the listener. Neither is in the \
                  other's way.",
        },
        Answer {
            text: "accept returns it",
            why: "accept returns connections from clients that come now. This one is over, and only the kernel has it.",
        },
    ],
    right: 'b',
};

/// Asked before a life sets the option too late.
const AFTER_BIND: Question = Question {
    prompt: "Which of its calls fails?",
    answers: &[
        Answer {
            text: "bind",
            why: "it looks at the option when it is called. Only our second call finds it set, and a program that uses ? \
                  has ended by then.",
        },
        Answer {
            text: "setsockopt",
            why: "the option can be set at any time. It is only too late for a bind that was called before.",
        },
        Answer {
            text: "none",
            why: "the lives before it had the option, and that is half of it. The new socket lacks it when bind looks.",
        },
    ],
    right: 'a',
};

/// Asked before a socket with the option tries the port of a server that lacks it.
const ONLY_WE_HAVE_IT: Question = Question {
    prompt: "Which stages let us in?",
    answers: &[
        Answer {
            text: "all",
            why: "our own option is not enough: here the socket that has the port lacks it, at each stage.",
        },
        Answer {
            text: "TIME_WAIT",
            why: "TIME_WAIT is no exception: that socket lacked the option, and the kernel remembers it.",
        },
        Answer { text: "none", why: "whoever has the port lacks the option, an open connection, too." },
    ],
    right: 'c',
};

/// Asked before the same with a server that has the option as well.
const BOTH_HAVE_IT: Question = Question {
    prompt: "Which stage still refuses us?",
    answers: &[
        Answer {
            text: "ESTABLISHED",
            why: "an open connection and a new listener are not in each other's way. Both sockets have the option, so \
                  bind agrees.",
        },
        Answer {
            text: "LISTEN",
            why: "a live listener's port is its own. (Sharing one is another option, SO_REUSEPORT.) Without our own \
                  option all five would fail.",
        },
        Answer {
            text: "none",
            why: "then anybody's second server could take clients from the first. SO_REUSEADDR does not go so far on \
                  Linux.",
        },
    ],
    right: 'b',
};

/// Why this is told of Linux only.
const RULES_DIFFER: &str = if cfg!(windows) {
    "on Windows SO_REUSEADDR is another thing, and dangerous: it lets a socket take a port that is in use."
} else {
    "what the old socket must have set is Linux's own rule; other systems have others."
};

/// The learner's [`restartable_listener`](run).
pub type RestartableListener = fn(SocketAddr) -> io::Result<Socket>;

/// Tells the lesson, then drives the learner's function; returns the process's exit code.
pub fn run(restartable_listener: RestartableListener) -> ExitCode {
    narrator::tell(&LESSON, walkthrough::walkthrough, |story| {
        story.your_turn("restartable_listener", |story| drive::restartable_listener(story, restartable_listener));
    })
}
