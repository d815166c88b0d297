//! Your turn: accept. Chapter 4 of the book says what it is for, and what is new in Rust.
//! The small print, as in every exercise: a function does what its contract says, and nothing else ("Before you begin").

use std::io;
use std::net::SocketAddr;

use narrator::your_turn;
use socket2::Socket;

/// Takes exactly `count` clients off the queue: oldest first, still connected, each with its peer address.
///
/// The listener stays as it is. Whoever is left in the queue stays there. An error of accept is handed on.
pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    your_turn!(listener, count)
}

/// The other side: a new socket of the address's family, connected to the server. The kernel picks its own address.
///
/// When the server does not answer, the caller gets connect's error.
pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    your_turn!(server)
}
