//! The peer's address from the new socket, and a client that picks its own address before it connects.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use socket2::{Domain, Protocol, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    let mut clients = Vec::with_capacity(count);
    while clients.len() < count {
        let (stream, _) = listener.accept()?;
        let peer = stream.peer_addr()?.as_socket().unwrap();
        clients.push((stream, peer));
    }
    Ok(clients)
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, Some(Protocol::TCP))?;
    if server.is_ipv4() {
        client.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
    }
    client.connect(&server.into())?;
    Ok(client)
}
