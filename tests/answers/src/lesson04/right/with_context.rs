//! Errors keep their kind and get a sentence in front.

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    let context = |error: io::Error| io::Error::new(error.kind(), format!("accept: {error}"));
    let mut clients = Vec::new();
    for _ in 0..count {
        let (stream, peer) = listener.accept().map_err(context)?;
        clients.push((stream, peer.as_socket().unwrap()));
    }
    Ok(clients)
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let context = |what: &'static str| move |error: io::Error| io::Error::new(error.kind(), format!("{what}: {error}"));
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None).map_err(context("socket"))?;
    client.connect(&server.into()).map_err(context("connect"))?;
    Ok(client)
}
