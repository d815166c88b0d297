//! The two families are swapped.
//!
//! says: server is an IPv4 address, but the socket's family is AF_INET6
use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    let family = if address.is_ipv4() { Domain::IPV6 } else { Domain::IPV4 };
    Socket::new(family, Type::STREAM, None)
}
