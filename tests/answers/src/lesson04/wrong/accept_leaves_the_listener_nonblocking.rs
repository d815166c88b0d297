//! It asks again and again instead of waiting, and leaves the listener so.
//!
//! says: The listener has another blocking mode

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::thread;

use socket2::{Domain, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    listener.set_nonblocking(true)?;
    let mut clients = Vec::new();
    while clients.len() < count {
        match listener.accept() {
            Ok((stream, peer)) => {
                stream.set_nonblocking(false)?;
                clients.push((stream, peer.as_socket().unwrap()));
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => thread::yield_now(),
            Err(error) => return Err(error),
        }
    }
    Ok(clients)
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    Ok(client)
}
