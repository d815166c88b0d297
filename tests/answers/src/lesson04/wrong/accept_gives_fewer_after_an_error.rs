//! An error after the first client ends the loop, and nobody is told.
//!
//! says: the caller got a list of 5 and no error

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    let mut clients: Vec<(Socket, SocketAddr)> = Vec::new();
    for _ in 0..count {
        match listener.accept() {
            Ok((stream, peer)) => clients.push((stream, peer.as_socket().unwrap())),
            Err(error) if clients.is_empty() => return Err(error),
            Err(_) => break,
        }
    }
    Ok(clients)
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    Ok(client)
}
