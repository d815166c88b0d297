//! A type and a protocol that do not go together.
//!
//! says: The system refuses: Protocol not supported (os error 93).
use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Protocol, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::TCP))
}
