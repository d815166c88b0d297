//! It accepts before it looks at count.
//!
//! says: look at `count` before the first accept

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    let mut clients = Vec::new();
    loop {
        let (stream, peer) = listener.accept()?;
        clients.push((stream, peer.as_socket().unwrap()));
        if clients.len() >= count {
            return Ok(clients);
        }
    }
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    Ok(client)
}
