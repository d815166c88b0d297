//! An IPv6 socket goes one hop far.
//!
//! says: another hop limit (IPV6_UNICAST_HOPS): 1

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if address.is_ipv6() {
        socket.set_unicast_hops_v6(1)?;
    }
    Ok(socket)
}
