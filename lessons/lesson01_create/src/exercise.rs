//! Your turn: create. Chapter 1 of the book says what it is for, and what is new in Rust.
//! The small print, as in every exercise: a function does what its contract says, and nothing else ("Before you begin").

use std::io;
use std::net::SocketAddr;

use narrator::your_turn;
use socket2::Socket;

/// A new TCP socket of the address's family: IPv4 for an IPv4 address, IPv6 for an IPv6 one.
///
/// Only created: neither bound nor connected, which is for the caller to do. An error of socket is handed on.
pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    your_turn!(address)
}
