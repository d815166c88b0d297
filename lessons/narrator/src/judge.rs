//! What a lesson's driver asks of a result that the learner's function gave back.

use std::io::{self, ErrorKind};

use socket2::{Domain, Socket, Type};

use crate::descriptors::NoneLeft;
use crate::{NotStarted, Story, errors};

/// Leaves the driver where the function is not written yet: there is nothing to judge.
///
/// # Errors
/// That of [`your_turn!`](crate::your_turn), where it still stands.
pub fn started<T>(result: &io::Result<T>) -> io::Result<()> {
    match result.as_ref().err().and_then(NotStarted::of) {
        Some(not_started) => Err(not_started.into()),
        None => Ok(()),
    }
}

/// Tells what the function gave back, an error as well as a value, and returns it. For a call that has to succeed there
/// is [`Story::yours`].
///
/// # Errors
/// As of [`started`].
pub fn told<T>(
    story: &mut Story,
    call: &str,
    result: io::Result<T>,
    describe: impl FnOnce(&T) -> String,
) -> io::Result<io::Result<T>> {
    started(&result)?;
    match &result {
        Ok(value) => story.you(call, describe(value)),
        Err(error) => story.you(call, error),
    }
    Ok(result)
}

/// The kind of a result's error; `None` where it has none.
pub fn kind<T>(result: &io::Result<T>) -> Option<ErrorKind> {
    result.as_ref().err().map(io::Error::kind)
}

/// Whether it is an error of this kind.
pub fn failed_with<T>(result: &io::Result<T>, expected: ErrorKind) -> bool {
    kind(result) == Some(expected)
}

/// Whether an error of this kind is a timeout that ran out: `WouldBlock` on Linux and macOS, `TimedOut` on Windows.
pub fn timed_out(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// The same, by this system's own word: for a function that has to hand on what recv or send says.
pub fn timed_out_here(kind: ErrorKind) -> bool {
    if cfg!(unix) { kind == ErrorKind::WouldBlock } else { timed_out(kind) }
}

/// Whether a call said by this error that the socket is of another family than the address: EAFNOSUPPORT, on Windows
/// WSAEFAULT (`bind`, `connect`).
pub fn of_another_family(error: &io::Error) -> bool {
    matches!(errors::name(error), Some("EAFNOSUPPORT" | "WSAEAFNOSUPPORT" | "WSAEFAULT"))
}

/// Calls a function that needs a socket of its own where the program may open nothing more, so that `socket(2)` fails: the
/// caller has to get that error. Told only where it does not; where the system does not let us try, nothing is called.
///
/// # Errors
/// The mistake, told already.
pub fn without_room<T>(story: &mut Story, function: impl FnOnce() -> io::Result<T>) -> io::Result<()> {
    let Ok(none_left) = NoneLeft::take() else { return Ok(()) };
    let (ours, yours) = (Socket::new(Domain::IPV4, Type::STREAM, None), function());
    drop(none_left);
    let returned = match kind(&yours) {
        yours if yours == kind(&ours) => return Ok(()),
        Some(kind) => format!("says {kind:?}"),
        None => "says that all is well".to_owned(),
    };
    Err(story.mistake(&format!(
        "The program had opened as many files and sockets as it may, so socket failed, and your function {returned}: hand \
         socket's own error on."
    )))
}
