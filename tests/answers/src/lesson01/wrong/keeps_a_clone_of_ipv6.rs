//! A clone of each IPv6 socket lives for ever.
//!
//! says: a socket is open that was not before

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if address.is_ipv6() {
        Box::leak(Box::new(socket.try_clone()?));
    }
    Ok(socket)
}
