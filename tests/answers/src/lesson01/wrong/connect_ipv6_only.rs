//! Connects the socket, if the address is IPv6.
//!
//! says: ConnectionRefused is an error of connect
use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if address.is_ipv6() {
        socket.connect(&address.into())?;
    }
    Ok(socket)
}
