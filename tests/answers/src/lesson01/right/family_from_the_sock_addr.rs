//! Right: the family from the address as socket2 holds it.
use std::io;
use std::net::SocketAddr;

use socket2::{SockAddr, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    Socket::new(SockAddr::from(address).domain(), Type::STREAM, None)
}
