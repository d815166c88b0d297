//! Your turn: send and recv. Chapter 5 of the book says what it is for, and what is new in Rust.
//! The small print, as in every exercise: a function does what its contract says, and nothing else ("Before you begin").

use std::io::{self, Read, Write};

use narrator::your_turn;

/// Sends every byte, in order, although the stream may take only some of them at a time.
///
/// An interrupted call (`Interrupted`) took nothing and is no failure. A stream that takes 0 of the bytes that it is
/// offered will never take them: that is `WriteZero`. Any other error is handed on. No bytes to send are no failure.
pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    your_turn!(stream, bytes)
}

/// Receives all that the peer sends until it is done sending, and decodes it once, as UTF-8.
///
/// Bytes that are not UTF-8 are `InvalidData`. An interrupted call is no failure. Any other error is handed on, without
/// what came before it: a part could be taken for the whole.
pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    your_turn!(stream)
}
