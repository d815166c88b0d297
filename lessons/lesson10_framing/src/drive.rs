//! Calls the learner's functions in one situation after another, and judges what comes of it. To read after your turn:
//! it tells what is looked for.

mod frames;
mod lines;

use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;

use narrator::partner::{self, PATIENCE};
use narrator::scripted::{Act, Scripted};
use narrator::small_print::SmallPrint;
use narrator::wire::{data, fin};
use narrator::{Story, judge, local_address};
use socket2::Socket;

pub(crate) use frames::read_frame;
pub(crate) use lines::next_line;

/// More calls than a right answer needs.
const ENOUGH: usize = 500_000;

/// The number of a system call's error for which std has no kind: EIO.
const NO_KIND: i32 = 5;

/// Errors of many kinds: none of them is the end, and none is worth another try.
const FAILURES: [Act; 10] = [
    Act::Fail(ErrorKind::ConnectionReset),
    Act::Fail(ErrorKind::ConnectionAborted),
    Act::Fail(ErrorKind::WouldBlock),
    Act::Fail(ErrorKind::TimedOut),
    Act::Fail(ErrorKind::BrokenPipe),
    Act::Fail(ErrorKind::NotConnected),
    Act::Fail(ErrorKind::HostUnreachable),
    Act::Fail(ErrorKind::PermissionDenied),
    Act::Fail(ErrorKind::Other),
    Act::FailAs(NO_KIND),
];

/// A stream that is watched: how often it was read, and what came of that.
#[derive(Debug)]
struct Watched<S> {
    inner: S,
    calls: usize,
    /// A read failed, and was not interrupted: how often was it read after that?
    failed: bool,
    after: usize,
}

impl<S> Watched<S> {
    fn new(inner: S) -> Self {
        Self { inner, calls: 0, failed: false, after: 0 }
    }

    fn is_stuck(&self) -> bool {
        self.calls > ENOUGH
    }
}

impl<S: Read> Read for Watched<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.calls += 1;
        self.after += usize::from(self.failed);
        // A loop that would never end is shown a way out: the opposite of what it goes round on.
        let result = match self.inner.read(buffer) {
            Ok(_) if self.is_stuck() => Err(io::Error::other("these were too many reads")),
            Err(_) if self.is_stuck() => Ok(0),
            result => result,
        };
        self.failed |= result.as_ref().is_err_and(|error| error.kind() != ErrorKind::Interrupted);
        result
    }
}

/// A scripted stream that holds these bytes.
fn scripted<'a>(bytes: &[u8], script: &'a [Act]) -> Watched<Scripted<'a>> {
    Watched::new(Scripted::holding(bytes, script))
}

/// A piece of so many bytes, then all the rest in one.
fn in_two(first: usize) -> [Act; 2] {
    [Act::Pass(first), Act::Pass(usize::MAX)]
}

/// A byte at a time, and interruptions before each.
fn interrupted_often(bytes: usize) -> Vec<Act> {
    let piece = [Act::Fail(ErrorKind::Interrupted), Act::Fail(ErrorKind::Interrupted), Act::Pass(1)];
    // The end as well.
    piece.into_iter().cycle().take(3 * (bytes + 1)).collect()
}

/// A stream of the server's whose client has said all this, and is done sending.
fn client_says(story: &mut Story, bytes: &[u8]) -> io::Result<Watched<Socket>> {
    let (stream, mut client) = partner::meet(story, Some(PATIENCE))?;
    client.write_all(bytes)?;
    client.shutdown(Shutdown::Write)?;
    story.client("send(), shutdown(SHUT_WR)", format!("{} bytes", bytes.len()));
    let (server, own) = (local_address(&stream)?, local_address(&client)?);
    story.wire(data(own, server, bytes.len()).into_iter().chain(fin(own, server)));
    Ok(Watched::new(stream))
}

/// Whether this is the stream's own error, as it was.
fn handed_on<T>(result: &io::Result<T>, failure: Act) -> bool {
    match failure {
        Act::Pass(_) => false,
        Act::Fail(kind) => judge::failed_with(result, kind),
        Act::FailAs(number) => result.as_ref().is_err_and(|error| error.raw_os_error() == Some(number)),
    }
}

/// The error in words: its kind, or its number where it has none.
fn name_of(failure: Act) -> String {
    match failure {
        Act::Fail(kind) => format!("{kind:?}"),
        _ => "an error that has no kind".to_owned(),
    }
}

/// The call, with the small print around it. What it gave back is told.
fn called<T>(
    story: &mut Story,
    call: &str,
    function: impl FnOnce() -> io::Result<T>,
    describe: impl Fn(&T) -> String,
) -> io::Result<io::Result<T>> {
    let small_print = SmallPrint::before();
    let result = judge::told(story, call, function(), describe)?;
    small_print.holds(story, [])?;
    Ok(result)
}
