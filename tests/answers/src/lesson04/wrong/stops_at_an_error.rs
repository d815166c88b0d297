//! The error goes to the screen, and the caller hears that nobody came.
//!
//! says: accept failed, and the caller is told that all is well

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    let mut clients = Vec::new();
    for _ in 0..count {
        match listener.accept() {
            Ok((stream, peer)) => clients.push((stream, peer.as_socket().unwrap())),
            Err(error) => {
                println!("accept failed: {error}");
                break;
            }
        }
    }
    Ok(clients)
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    Ok(client)
}
