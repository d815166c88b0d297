//! A datagram socket, which is UDP.
//!
//! says: TCP is a stream of bytes, and SOCK_DGRAM is none
use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    Socket::new(Domain::for_address(address), Type::DGRAM, None)
}
