//! An IPv4 address inside an IPv6 one gets an IPv4 socket.
//!
//! says: An IPv6 socket can connect to that address

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    (0..count).map(|_| listener.accept().map(|(stream, peer)| (stream, peer.as_socket().unwrap()))).collect()
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let server = SocketAddr::new(server.ip().to_canonical(), server.port());
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    Ok(client)
}
