//! Listens on a second socket that is closed again, and returns the first.
//!
//! says: Nobody gets in: this socket has a name, but does not

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&address.into())?;
    let other = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    other.listen(backlog)?;
    Ok(listener)
}
