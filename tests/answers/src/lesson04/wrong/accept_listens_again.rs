//! It listens once more, with a backlog of its own.
//!
//! says: The listener has another role (listen): listening with a backlog of 128

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    listener.listen(128)?;
    let mut clients = Vec::new();
    for _ in 0..count {
        let (stream, peer) = listener.accept()?;
        clients.push((stream, peer.as_socket().unwrap()));
    }
    Ok(clients)
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    Ok(client)
}
