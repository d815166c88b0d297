//! It will not wait for ever, and leaves its own time limit behind.
//!
//! says: The listener has another read timeout

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    listener.set_read_timeout(Some(Duration::from_secs(3)))?;
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
