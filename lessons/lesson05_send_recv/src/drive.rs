//! Calls the learner's functions in one situation after another, and judges what comes of it. To read after your turn:
//! it tells what is looked for.

mod receive_text;
mod send_all;

use std::io::{self, ErrorKind, Read, Write};

use narrator::scripted::Act;

pub(crate) use receive_text::receive_text;
pub(crate) use send_all::send_all;

/// More calls than a right answer needs for a short text.
const ENOUGH: usize = 10_000;

/// So many bytes, or a text of at least so many: more than any limit that somebody would set.
const MUCH: usize = 1_100_000;

/// The number of a system call's error for which std has no kind: EIO.
const NO_KIND: i32 = 5;

/// So many interruptions one after another.
static OFTEN: [Act; 2000] = [Act::Fail(ErrorKind::Interrupted); 2000];

/// Errors of many kinds: none of them is the end, and none is worth another try.
const KINDS: [ErrorKind; 9] = [
    ErrorKind::UnexpectedEof,
    ErrorKind::TimedOut,
    ErrorKind::ConnectionAborted,
    ErrorKind::NotConnected,
    ErrorKind::BrokenPipe,
    ErrorKind::PermissionDenied,
    ErrorKind::InvalidInput,
    ErrorKind::OutOfMemory,
    ErrorKind::Other,
];

/// Passes each call on to a stream. A loop that would never end is shown a way out, so that the lesson can say what is
/// wrong with it.
#[derive(Debug)]
struct Watched<S> {
    inner: S,
    calls: usize,
    enough: usize,
    empty_buffer: bool,
}

impl<S> Watched<S> {
    fn new(inner: S) -> Self {
        Self { inner, calls: 0, enough: ENOUGH, empty_buffer: false }
    }

    /// One for [`MUCH`]: a byte at a time is a way, too.
    fn for_much(inner: S) -> Self {
        Self { enough: ENOUGH + 2 * MUCH, ..Self::new(inner) }
    }

    fn is_stuck(&self) -> bool {
        self.calls > self.enough
    }

    /// The way out is the opposite of what the loop goes round on: success where it met errors, else an error.
    fn way_out(&self, result: io::Result<usize>, success: usize) -> io::Result<usize> {
        match result {
            result if !self.is_stuck() => result,
            Ok(_) => Err(io::Error::other("these were too many calls")),
            Err(_) => Ok(success),
        }
    }
}

impl<S: Write> Write for Watched<S> {
    fn write(&mut self, offered: &[u8]) -> io::Result<usize> {
        self.calls += 1;
        let result = self.inner.write(offered);
        self.way_out(result, offered.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<S: Read> Read for Watched<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.calls += 1;
        self.empty_buffer |= buffer.is_empty();
        let result = self.inner.read(buffer);
        self.way_out(result, 0)
    }
}
