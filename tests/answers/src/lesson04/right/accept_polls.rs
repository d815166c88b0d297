//! The listener is nonblocking for a while, and blocking again afterwards.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    let mode = !narrator::blocks(listener)?;
    listener.set_nonblocking(true)?;
    let mut clients = Vec::new();
    let result = loop {
        if clients.len() == count {
            break Ok(clients);
        }
        match listener.accept() {
            Ok((stream, peer)) => clients.push((stream, peer.as_socket().unwrap())),
            Err(error) if error.kind() == ErrorKind::WouldBlock && !mode => std::thread::yield_now(),
            Err(error) => break Err(error),
        }
    };
    listener.set_nonblocking(mode)?;
    result
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    Ok(client)
}
