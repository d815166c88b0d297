//! A peer of the other family is an error.
//!
//! says: accept_clients returned this error where it should succeed

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    let mut clients = Vec::new();
    for _ in 0..count {
        let (stream, peer) = listener.accept()?;
        let peer = peer.as_socket_ipv4().ok_or(ErrorKind::Unsupported)?;
        clients.push((stream, SocketAddr::V4(peer)));
    }
    Ok(clients)
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    Ok(client)
}
