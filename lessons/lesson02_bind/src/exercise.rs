//! Your turn: bind. Chapter 2 of the book says what it is for, and what is new in Rust.
//! The small print, as in every exercise: a function does what its contract says, and nothing else ("Before you begin").

use std::io;
use std::net::SocketAddr;

use narrator::your_turn;
use socket2::Socket;

/// Binds the socket to the first of these addresses that is free, and returns the address that it really has then.
///
/// An address that is taken (`AddrInUse`) leads on to the next; any other error of bind comes back at once. When none
/// is free, or none is given, the error is `AddrInUse`, and the socket has no name yet.
pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    your_turn!(socket, candidates)
}
