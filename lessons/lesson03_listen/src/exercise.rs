//! Your turn: listen. Chapter 3 of the book says what it is for, and what is new in Rust.
//! The small print, as in every exercise: a function does what its contract says, and nothing else ("Before you begin").

use std::io;
use std::net::SocketAddr;

use narrator::your_turn;
use socket2::Socket;

/// Opens a listener at this address: creates a TCP socket of its family, binds it and listens, with that backlog.
///
/// When a call fails, the caller gets that call's error, and no socket is left behind.
pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    your_turn!(address, backlog)
}
