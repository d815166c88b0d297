//! It stops at the first error, whichever it is.
//!
//! says: accept failed, and the caller

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    let mut clients = Vec::new();
    while clients.len() < count
        && let Ok((stream, peer)) = listener.accept()
    {
        clients.push((stream, peer.as_socket().unwrap()));
    }
    Ok(clients)
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    Ok(client)
}
