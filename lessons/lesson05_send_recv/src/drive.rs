//! Calls the learner's functions in one situation after another, and judges what comes of it. To read after your turn:
//! it tells what is looked for.

mod receive_text;
mod send_all;

use std::io::{self, Read, Write};

pub(crate) use receive_text::receive_text;
pub(crate) use send_all::send_all;

/// More calls than any right answer needs, even one that takes a byte at a time.
const ENOUGH: usize = 10_000;

/// Passes each call on to a stream. A loop that would never end is shown a way out, so that the lesson can say what is
/// wrong with it.
#[derive(Debug)]
struct Watched<S> {
    inner: S,
    calls: usize,
    empty_buffer: bool,
}

impl<S> Watched<S> {
    fn new(inner: S) -> Self {
        Self { inner, calls: 0, empty_buffer: false }
    }

    fn is_stuck(&self) -> bool {
        self.calls > ENOUGH
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
