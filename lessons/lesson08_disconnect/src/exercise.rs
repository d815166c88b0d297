//! Your turn: disconnect. Chapter 8 of the book says what it is for, and what is new in Rust.
//! The small print, as in every exercise: a function does what its contract says, and nothing else ("Before you begin").

use std::io;

use lesson08_disconnect::Farewell;
use narrator::your_turn;
use socket2::Socket;

/// Sends back whatever the client sends, until the client is gone; returns how many bytes that were, and how it went.
///
/// The caller has set a read timeout: when it runs out, the client is `Silent`. An interrupted call is made again; any
/// other error that is no [`Farewell`] is handed on.
pub fn echo_until_gone(stream: &Socket) -> io::Result<(usize, Farewell)> {
    your_turn!(stream)
}
