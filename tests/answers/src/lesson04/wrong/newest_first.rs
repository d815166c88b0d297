//! Each new client is put in front of the others.
//!
//! says: the right clients in the wrong order

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

// ANCHOR: bug
pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    let mut clients = Vec::new();
    for _ in 0..count {
        let (stream, peer) = listener.accept()?;
        clients.insert(0, (stream, peer.as_socket().unwrap()));
    }
    Ok(clients)
}
// ANCHOR_END: bug

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    Ok(client)
}
