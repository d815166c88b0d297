//! Calls the learner's functions in one situation after another, and judges what comes of it. To read after your turn:
//! it tells what is looked for.

mod bad_frames;
mod bad_lines;
mod frames;
mod lines;

use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;

use narrator::partner::{self, PATIENCE};
use narrator::scripted::{Act, Scripted};
use narrator::small_print::SmallPrint;
use narrator::wire::{data, fin};
use narrator::{Story, errors, judge, local_address};
use socket2::Socket;

pub(crate) use frames::read_frame;
pub(crate) use lines::next_line;

/// More calls than a right answer needs.
const ENOUGH: usize = 500_000;

/// The number of a system call's error for which std has no kind: EIO.
const NO_KIND: i32 = 5;

/// All at once.
const WHOLE: [Act; 1] = [Act::Pass(usize::MAX)];

/// Errors of many kinds: none of them is the end, and none is worth another try.
const FAILURES: [Act; 11] = [
    Act::Fail(ErrorKind::ConnectionReset),
    Act::Fail(ErrorKind::ConnectionAborted),
    Act::Fail(ErrorKind::WouldBlock),
    Act::Fail(ErrorKind::TimedOut),
    Act::Fail(ErrorKind::BrokenPipe),
    Act::Fail(ErrorKind::NotConnected),
    Act::Fail(ErrorKind::HostUnreachable),
    Act::Fail(ErrorKind::PermissionDenied),
    Act::Fail(ErrorKind::Other),
    Act::Fail(ErrorKind::UnexpectedEof),
    Act::FailAs(NO_KIND),
];

/// A stream that is watched: how often it was read, and what came of that.
#[derive(Debug)]
struct Watched<S> {
    inner: S,
    calls: usize,
    /// So many bytes were taken from it.
    taken: usize,
    /// A read failed, and was not interrupted: how often was it read after that?
    failed: bool,
    after: usize,
}

impl<S> Watched<S> {
    fn new(inner: S) -> Self {
        Self { inner, calls: 0, taken: 0, failed: false, after: 0 }
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
        self.taken += result.as_ref().unwrap_or(&0);
        self.failed |= result.as_ref().is_err_and(|error| error.kind() != ErrorKind::Interrupted);
        result
    }
}

/// A scripted stream that holds these bytes.
fn scripted<'a>(bytes: &[u8], script: &'a [Act]) -> Watched<Scripted<'a>> {
    Watched::new(Scripted::holding(bytes, script))
}

/// A stream whose bytes come in two pieces: no read goes beyond the first.
fn in_two(bytes: &[u8], first: usize) -> Watched<impl Read> {
    let (first, second) = bytes.split_at(first);
    Watched::new(first.chain(second))
}

/// How often a read is interrupted before it brings something.
const INTERRUPTIONS: usize = 1000;

/// A byte at a time, and interruptions before each.
fn interrupted_often(bytes: usize) -> Vec<Act> {
    let mut piece = vec![Act::Fail(ErrorKind::Interrupted); INTERRUPTIONS];
    piece.push(Act::Pass(1));
    // The end as well.
    piece.repeat(bytes + 1)
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

/// A stream fails with each of the errors, after so many bytes as are named. What the first call gave that did not hand its
/// error on, and the mistake. After each failure a stream without one is read as well.
fn failures<T>(
    bytes: &[u8],
    after: &[usize],
    call: impl Fn(&mut dyn Read) -> io::Result<T>,
    is_right: impl Fn(&io::Result<T>) -> bool,
) -> Option<(io::Result<T>, String)> {
    for (failure, before) in FAILURES.iter().flat_map(|failure| after.iter().map(move |before| (*failure, *before))) {
        // A byte a read, so that it fails behind that byte however the function asks.
        let script: Vec<_> = [Act::Pass(1)].repeat(before).into_iter().chain([failure]).collect();
        let mut stream = scripted(bytes, &script);
        let given = call(&mut stream);
        let name = name_of(failure);
        let mistake = match &given {
            _ if stream.after > 0 => {
                format!("read failed with {name}, and your function read on: only Interrupted is worth another try.")
            }
            Ok(_) => format!(
                "After {before} bytes read failed with {name}, and nothing tells the caller: that is not the end of the \
                 stream, nor of a message."
            ),
            given if !handed_on(given, failure) => {
                format!("After {before} bytes read failed with {name}: hand that error on as it is.")
            }
            _ => {
                let given = call(&mut scripted(bytes, &WHOLE));
                if is_right(&given) {
                    continue;
                }
                let mistake = "A stream had failed before, and now another one was read wrong: keep nothing of one stream \
                               for the next.";
                return Some((given, mistake.to_owned()));
            }
        };
        return Some((given, mistake));
    }
    None
}

/// Whether this is the stream's own error, as it was, or with a sentence around it.
fn handed_on<T>(result: &io::Result<T>, failure: Act) -> bool {
    matches!((result, failure.outcome()), (Err(error), Err(own)) if errors::same(error, &own))
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
