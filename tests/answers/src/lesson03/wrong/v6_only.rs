//! An IPv6 listener is for IPv6 only.
//!
//! says: A listener can be had there, by an IPv6 socket without any option

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if address.is_ipv6() {
        listener.set_only_v6(true)?;
    }
    listener.bind(&address.into())?;
    listener.listen(backlog)?;
    Ok(listener)
}
