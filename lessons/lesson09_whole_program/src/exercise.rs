//! # Your turn: the whole program
//!
//! **Make it happen.** Two functions, two programs. When both are right, `my_server` and `my_client` are yours: run each
//! in a terminal of its own, and see them talk. Then let a program talk to them that you did not write.
//!
//! **Why it matters.** There is nothing new in here, and that is the point: create, connect, send, receive, close, and
//! the ways in which each of them ends. The lesson's library calls `serve_client` for every client in a thread of its own,
//! so whatever goes wrong with one is that one's affair.
//!
//! **New in Rust.** Nothing. The contract is all that you get.
//!
//! **Look it up.** What the caller does: this lesson's `src/server.rs`, the accept loop. What a socket can do:
//! <https://docs.rs/socket2/0.6/socket2/struct.Socket.html>

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
