//! A read timeout is set while it waits, and taken away.
//!
//! says: While your function waits, the listener has another read timeout (SO_RCVTIMEO): 4s

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    let before = listener.read_timeout()?;
    listener.set_read_timeout(Some(Duration::from_secs(4)))?;
    let accepted = take(listener, count);
    listener.set_read_timeout(before)?;
    accepted
}

fn take(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    let mut clients = Vec::new();
    for _ in 0..count {
        let (stream, peer) = listener.accept()?;
        clients.push((stream, peer.as_socket().unwrap()));
    }
    Ok(clients)
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    Ok(client)
}
