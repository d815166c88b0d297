//! When the listener's time limit is over it returns those that came.
//!
//! says: The time limit ran out, and accept said so

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    let mut clients = Vec::new();
    while clients.len() < count {
        match listener.accept() {
            Ok((stream, peer)) => clients.push((stream, peer.as_socket().unwrap())),
            Err(error) if error.kind() == ErrorKind::WouldBlock && !listener.nonblocking()? => break,
            Err(error) => return Err(error),
        }
    }
    Ok(clients)
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    Ok(client)
}
