//! A family that is neither IPv4 nor IPv6.
//!
//! says: server is an IPv4 address, but the socket's family is AF_UNIX. Let the address decide,
use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    let _ = address;
    Socket::new(Domain::UNIX, Type::STREAM, None)
}
