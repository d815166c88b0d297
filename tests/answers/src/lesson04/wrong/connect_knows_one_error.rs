//! Every error is called a refusal.
//!
//! says: hand connect's own error on

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into()).map_err(|_| ErrorKind::ConnectionRefused)?;
    Ok(client)
}

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    (0..count).map(|_| listener.accept().map(|(stream, peer)| (stream, peer.as_socket().unwrap()))).collect()
}
