//! The family is always IPv4, whatever the address.
//!
//! says: This address is of IPv6, and so must the socket be

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    listener.bind(&address.into())?;
    listener.listen(backlog)?;
    Ok(listener)
}
