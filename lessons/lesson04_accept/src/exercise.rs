//! # Your turn: accept
//!
//! **Make it happen.** Three clients stand in the accept queue and you are asked for two: take the two oldest, and leave
//! the third where it is. Then change sides, and be a client.
//!
//! **Why it matters.** Every server has this call in its heart, and what it returns decides who talks to whom: one new
//! socket for each client, and the address of the one at the other end. Lose the socket and the client is gone.
//!
//! **New in Rust.**
//! - `&address.into()`: socket2 takes a `SockAddr`, which can hold an address of any family; `into()` makes one of a
//!   `SocketAddr`.
//! - `as_socket()`: the way back, as an `Option`, because not every `SockAddr` is an internet address. With
//!   `.ok_or(io::ErrorKind::Unsupported)?` a `None` becomes an error for the caller.
//!
//! **Look it up.** <https://docs.rs/socket2/0.6/socket2/struct.Socket.html#method.accept>

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
