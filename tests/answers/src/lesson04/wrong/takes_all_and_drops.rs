//! It accepts whoever waits, and returns the first of them.
//!
//! says: it was accepted, although nobody asked for it

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    listener.set_nonblocking(true)?;
    let mut clients = Vec::new();
    while let Ok((stream, peer)) = listener.accept() {
        clients.push((stream, peer.as_socket().unwrap()));
    }
    listener.set_nonblocking(false)?;
    clients.truncate(count);
    Ok(clients)
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    Ok(client)
}
