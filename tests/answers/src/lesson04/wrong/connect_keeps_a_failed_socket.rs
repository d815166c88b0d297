//! The socket of a connect that failed is never dropped.
//!
//! says: a socket is open that was not before

use std::io;
use std::mem;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    if let Err(error) = client.connect(&server.into()) {
        mem::forget(client);
        return Err(error);
    }
    Ok(client)
}

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    (0..count).map(|_| listener.accept().map(|(stream, peer)| (stream, peer.as_socket().unwrap()))).collect()
}
