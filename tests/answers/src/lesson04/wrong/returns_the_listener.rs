//! The listener goes into the list in place of the new socket, which is dropped.
//!
//! says: That is the listener, and it has no peer

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    let mut clients = Vec::new();
    for _ in 0..count {
        let (_, peer) = listener.accept()?;
        clients.push((listener.try_clone()?, peer.as_socket().unwrap()));
    }
    Ok(clients)
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    Ok(client)
}
