//! Your turn: reuse. Chapter 7 of the book says what it is for, and what is new in Rust.
//! The small print, as in every exercise: a function does what its contract says, and nothing else ("Before you begin").

use std::io;
use std::net::SocketAddr;

use narrator::your_turn;
use socket2::Socket;

/// Opens a listener that a restarted server can open again at once, but that never steals a live one's port.
///
/// It is at this address and no other, IPv4 or IPv6; several clients may come before the first accept, and accept
/// waits. Where a listener lives already the caller learns of it, at once, by bind's own error: `AddrInUse`.
pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    your_turn!(address)
}
