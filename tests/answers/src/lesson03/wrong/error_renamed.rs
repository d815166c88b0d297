//! Reports bind's error in words of its own, so that its kind is lost.
//!
//! says: bind's own error here is AddrInUse

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&address.into()).map_err(|error| io::Error::other(format!("bind failed: {error}")))?;
    listener.listen(backlog)?;
    Ok(listener)
}
