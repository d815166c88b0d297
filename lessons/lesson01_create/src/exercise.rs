//! # Your turn: create
//!
//! **Make it happen.** Your function is given an address, IPv4 or IPv6, and makes the socket for it: one call of
//! `Socket::new`, with the family that `Domain::for_address` reads off the address. This is the only file that you edit:
//! write your code where `your_turn!` stands, see what becomes of it with `cargo run -p lesson01_create -- --exercise`,
//! and have it graded with `cargo test -p lesson01_create`.
//!
//! **Why it matters.** Every connection that you ever use began with this call. A socket keeps its family for life, so a
//! program that always says IPv4 has shut itself off from half of the internet before it begins.
//!
//! **New in Rust.**
//! - `io::Result<Socket>`: a socket, or an `io::Error`. `Socket::new` returns just that, so you can hand on what it gives.
//! - `use socket2::Socket;`: names from a crate. Put more of them in braces, `use socket2::{Domain, Socket, Type};`. The
//!   compiler tells you which are missing, and which nobody needs any more.
//!
//! **Look it up.** <https://docs.rs/socket2/0.6/socket2/struct.Socket.html#method.new>

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
