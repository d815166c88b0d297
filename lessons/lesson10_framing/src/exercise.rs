//! Your turn: framing. Chapter 10 of the book says what it is for, and what is new in Rust.
//! The small print, as in every exercise: a function does what its contract says, and nothing else ("Before you begin").

use std::io::{self, Read};

use narrator::your_turn;

/// Reads one frame: its length as a `u32`, big-endian, then that many bytes, which are returned. Nothing
/// behind them is read. `None`: the stream ended before a length began.
///
/// An end inside a frame is `UnexpectedEof`. A length of more than `most` is `InvalidData`, before any
/// room is made for it. An interrupted call is made again; any other error is handed on.
pub fn read_frame(stream: &mut dyn Read, most: usize) -> io::Result<Option<Vec<u8>>> {
    your_turn!(stream, most)
}

/// Returns the next line, without its `"\n"` or `"\r\n"`. What came behind it stays in `pending`, for the
/// next call. `None`: the stream ended between two lines.
///
/// An end inside a line is `UnexpectedEof`. A line of more than `most` bytes, the line end not counted,
/// is `InvalidData`, and so is one that is not UTF-8. An interrupted call is made again; any other error is
/// handed on.
pub fn next_line(stream: &mut dyn Read, pending: &mut Vec<u8>, most: usize) -> io::Result<Option<String>> {
    your_turn!(stream, pending, most)
}
