//! Your turn: accept. Chapter 4 of the book says what it is for, and what is new in Rust.
//! The small print, as in every exercise: a function does what its contract says, and nothing else ("Before you begin").

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

/// Takes exactly `count` clients off the queue: oldest first, still connected, each with its peer address.
///
/// The listener stays as it is. Whoever is left in the queue stays there. An error of accept is handed on.
pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    let mut clients = Vec::new();
    for _ in 0..count {
        // The queue is first in, first out, so the order of the calls is the order of the clients.
        let (stream, peer) = listener.accept()?;
        // A TCP listener accepts internet addresses only; the type allows others, so we say what we would do.
        let peer = peer.as_socket().ok_or(io::ErrorKind::Unsupported)?;
        // The Vec owns the stream now. Dropped here instead, it would be closed before anyone could use it.
        clients.push((stream, peer));
    }
    Ok(clients)
}

/// The other side: a new socket of the address's family, connected to the server. The kernel picks its own address.
///
/// When the server does not answer, the caller gets connect's error.
pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    // The family follows the address: an IPv4 socket cannot connect to an IPv6 one.
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    // No bind before: a client needs no name that others know beforehand, so connect lets the kernel choose one.
    client.connect(&server.into())?;
    Ok(client)
}
