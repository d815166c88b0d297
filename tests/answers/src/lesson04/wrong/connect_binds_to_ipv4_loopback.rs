//! It binds first, to an address of IPv4, whatever the server has.
//!
//! says: connect_to returned this error where it should succeed

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use socket2::{Domain, Socket, Type};

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
    client.connect(&server.into())?;
    Ok(client)
}

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    (0..count).map(|_| listener.accept().map(|(stream, peer)| (stream, peer.as_socket().unwrap()))).collect()
}
