//! An IPv4 address inside an IPv6 address is taken out.
//!
//! says: but the socket's family is

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    let address = SocketAddr::new(address.ip().to_canonical(), address.port());
    Socket::new(Domain::for_address(address), Type::STREAM, None)
}
