//! It waits for clients until accept fails, and accept never does.
//!
//! says: it was blocked in accept(2)

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    let mut clients = Vec::new();
    while let Ok((stream, peer)) = listener.accept() {
        clients.push((stream, peer.as_socket().unwrap()));
    }
    clients.truncate(count);
    Ok(clients)
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    Ok(client)
}
