//! Right: the family by a match on the address, the protocol named.
use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Protocol, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    let family = match address {
        SocketAddr::V4(_) => Domain::IPV4,
        SocketAddr::V6(_) => Domain::IPV6,
    };
    let socket = Socket::new(family, Type::STREAM, Some(Protocol::TCP))?;
    Ok(socket)
}
