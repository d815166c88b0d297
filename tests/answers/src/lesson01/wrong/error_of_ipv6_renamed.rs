//! For an IPv6 address the error is one of its own.
//!
//! says: socket failed here, with "too many open files", and your function says Unsupported

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None);
    if address.is_ipv6() { socket.map_err(|_| io::ErrorKind::Unsupported.into()) } else { socket }
}
