//! Calls the learner's functions in one situation after another, and judges what comes of it. To read after your turn:
//! it tells what is looked for.

mod all_sorts;
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

/// Passes each call on to a stream. A loop that would never end is shown a way out, so that the lesson can say what is
/// wrong with it.
#[derive(Debug)]
struct Watched<S> {
    inner: S,
    calls: usize,
    enough: usize,
    empty_buffer: bool,
    /// A call failed, and was not interrupted; or it took nothing.
    over: bool,
    /// The calls after that, each by where the bytes lie that it offers, or the room that it has.
    after: Vec<usize>,
}

impl<S> Watched<S> {
    fn new(inner: S) -> Self {
        Self { inner, calls: 0, enough: ENOUGH, empty_buffer: false, over: false, after: Vec::new() }
    }

    /// One for [`MUCH`]: a byte at a time is a way, too.
    fn for_much(inner: S) -> Self {
        Self { enough: ENOUGH + 2 * MUCH, ..Self::new(inner) }
    }

    fn is_stuck(&self) -> bool {
        self.calls > self.enough
    }

    fn count(&mut self, place: *const u8) {
        self.calls += 1;
        if self.over {
            self.after.push(place.addr());
        }
    }

    /// Whether write was called again when it was over. A BufWriter that is dropped does that once, from its own buffer.
    fn went_on(&self, own: &[u8]) -> bool {
        let begin = own.as_ptr().addr();
        self.after.len() > 1 || self.after.iter().any(|place| (begin..begin + own.len()).contains(place))
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
        self.count(offered.as_ptr());
        let result = self.inner.write(offered);
        self.over |= match &result {
            Ok(taken) => *taken == 0 && !offered.is_empty(),
            Err(error) => error.kind() != ErrorKind::Interrupted,
        };
        self.way_out(result, offered.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<S: Read> Read for Watched<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.count(buffer.as_ptr());
        self.empty_buffer |= buffer.is_empty();
        let result = self.inner.read(buffer);
        self.over |= result.as_ref().is_err_and(|error| error.kind() != ErrorKind::Interrupted);
        self.way_out(result, 0)
    }
}
