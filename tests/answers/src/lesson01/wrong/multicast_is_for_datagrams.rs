//! For a multicast address it makes a datagram socket.
//!
//! says: SOCK_DGRAM is none

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    let kind = if address.ip().is_multicast() { Type::DGRAM } else { Type::STREAM };
    Socket::new(Domain::for_address(address), kind, None)
}
