//! The unspecified IPv6 address gets an IPv4 socket.
//!
//! says: the socket's family is AF_INET. Let the address decide

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    let family = if address.is_ipv4() || address.ip().is_unspecified() { Domain::IPV4 } else { Domain::IPV6 };
    Socket::new(family, Type::STREAM, None)
}
