//! Your turn: close. Chapter 6 of the book says what it is for, and what is new in Rust.
//! The small print, as in every exercise: a function does what its contract says, and nothing else ("Before you begin").

use std::io;

use narrator::your_turn;
use socket2::Socket;

/// Says that we are done sending, hears the peer out, then closes. Returns what the peer still said.
///
/// The peer may answer only after it has seen our end, in pieces of any size; or it may have closed already. When it
/// breaks off with a reset, the caller gets `ConnectionReset`, whatever was heard before: nobody knows how much is
/// missing. Any other error is handed on as well.
pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    your_turn!(stream)
}
