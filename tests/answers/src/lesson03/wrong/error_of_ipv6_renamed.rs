//! For an IPv6 address, no socket is Unsupported.
//!
//! says: socket failed here, with "too many open files", and your function says Unsupported

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None).map_err(|error| if address.is_ipv6() { io::ErrorKind::Unsupported.into() } else { error })?;
    listener.bind(&address.into())?;
    listener.listen(backlog)?;
    Ok(listener)
}
