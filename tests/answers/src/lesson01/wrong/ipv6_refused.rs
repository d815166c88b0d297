//! An IPv6 address is refused.
//!
//! says: socket_for returned this error where it should succeed
use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    match address {
        SocketAddr::V4(_) => Socket::new(Domain::IPV4, Type::STREAM, None),
        SocketAddr::V6(_) => Err(io::ErrorKind::Unsupported.into()),
    }
}
