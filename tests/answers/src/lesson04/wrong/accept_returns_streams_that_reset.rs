//! With a linger time of 0 their close will be a reset.
//!
//! says: A stream that you return has another linger time

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    let mut clients = Vec::new();
    for _ in 0..count {
        let (stream, peer) = listener.accept()?;
        stream.set_linger(Some(Duration::ZERO))?;
        clients.push((stream, peer.as_socket().unwrap()));
    }
    Ok(clients)
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    Ok(client)
}
