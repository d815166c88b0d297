//! The client asks for the server's address, as a server would.
//!
//! says: AddrInUse is an error of bind

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    (0..count).map(|_| listener.accept().map(|(stream, peer)| (stream, peer.as_socket().unwrap()))).collect()
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.bind(&server.into())?;
    client.connect(&server.into())?;
    Ok(client)
}
