//! The addresses are the right ones, but each stands beside the other client's socket.
//!
//! says: Each address stands beside the other client's socket

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    let (mut streams, mut peers) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let (stream, peer) = listener.accept()?;
        streams.insert(0, stream);
        peers.push(peer.as_socket().unwrap());
    }
    Ok(streams.into_iter().zip(peers).collect())
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    Ok(client)
}
