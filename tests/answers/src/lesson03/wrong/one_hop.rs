//! An IPv6 listener goes one hop far.
//!
//! says: another hop limit (IPV6_UNICAST_HOPS): 1

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if address.is_ipv6() {
        listener.set_unicast_hops_v6(1)?;
    }
    listener.bind(&address.into())?;
    listener.listen(backlog)?;
    Ok(listener)
}
