//! Takes those who wait, and does not wait for those who come later.
//!
//! says: `count` says 2, and your function returned 1

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    let mode = !narrator::blocks(listener)?;
    listener.set_nonblocking(true)?;
    let mut clients = Vec::new();
    let mut failed = None;
    while clients.len() < count {
        match listener.accept() {
            Ok((stream, peer)) => clients.push((stream, peer.as_socket().unwrap())),
            Err(error) if error.kind() == ErrorKind::WouldBlock && !mode => break,
            Err(error) => {
                failed = Some(error);
                break;
            }
        }
    }
    listener.set_nonblocking(mode)?;
    failed.map_or(Ok(clients), Err)
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    Ok(client)
}
