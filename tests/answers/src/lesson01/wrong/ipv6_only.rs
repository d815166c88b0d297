//! IPv6 sockets shall have nothing to do with IPv4.
//!
//! says: another v6-only (IPV6_V6ONLY)

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if address.is_ipv6() {
        socket.set_only_v6(!socket.only_v6()?)?;
    }
    Ok(socket)
}
