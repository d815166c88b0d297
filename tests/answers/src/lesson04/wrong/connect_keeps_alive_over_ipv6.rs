//! What it does for one family it does not do for the other.
//!
//! says: The socket that you return has another keepalive

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.set_keepalive(server.is_ipv6())?;
    client.connect(&server.into())?;
    Ok(client)
}

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    (0..count).map(|_| listener.accept().map(|(stream, peer)| (stream, peer.as_socket().unwrap()))).collect()
}
