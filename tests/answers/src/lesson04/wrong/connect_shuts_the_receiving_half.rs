//! The socket can only speak.
//!
//! says: another state of the receiving half

use std::io;
use std::net::{Shutdown, SocketAddr};

use socket2::{Domain, Socket, Type};

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    client.shutdown(Shutdown::Read)?;
    Ok(client)
}

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    (0..count).map(|_| listener.accept().map(|(stream, peer)| (stream, peer.as_socket().unwrap()))).collect()
}
