//! What has a dot in it must be IPv4.
//!
//! says: but the socket's family is AF_INET

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    let family = if address.to_string().contains('.') { Domain::IPV4 } else { Domain::IPV6 };
    Socket::new(family, Type::STREAM, None)
}
