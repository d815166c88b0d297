//! Your turn: the whole program. Chapter 9 of the book says what it is for, and what is new in Rust.
//! The small print, as in every exercise: a function does what its contract says, and nothing else ("Before you begin").

use std::io;
use std::net::SocketAddr;

use narrator::your_turn;
use socket2::Socket;

/// The server's side of one conversation: sends the greeting, receives the answer until the client stops sending, closes.
///
/// An answer of more than 64 KiB (`lesson09_whole_program::MOST` bytes) is refused with `InvalidData`. What send and
/// recv say, such as a reset, or a timeout that the caller has set, is handed on.
pub fn serve_client(stream: Socket, greeting: &str) -> io::Result<Vec<u8>> {
    your_turn!(stream, greeting)
}

/// The client's side: creates, connects, receives the greeting, sends the answer, closes. Returns the greeting.
///
/// The greeting is what one recv of at most 1024 bytes brings. What connect, recv and send say is handed on.
pub fn converse(address: SocketAddr, answer: &str) -> io::Result<Vec<u8>> {
    your_turn!(address, answer)
}
