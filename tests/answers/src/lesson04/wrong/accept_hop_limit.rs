//! Streams over IPv6 go one hop far.
//!
//! says: A stream that you return has another hop limit

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    let mut clients = Vec::new();
    for _ in 0..count {
        let (stream, peer) = listener.accept()?;
        let peer = peer.as_socket().unwrap();
        if peer.is_ipv6() {
            stream.set_unicast_hops_v6(1)?;
        }
        clients.push((stream, peer));
    }
    Ok(clients)
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    Ok(client)
}
