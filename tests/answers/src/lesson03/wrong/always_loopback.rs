//! Binds to a free port on loopback, whatever address was asked for.
//!
//! says: This is not the address that was asked for

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&narrator::LOOPBACK.into())?;
    listener.listen(backlog)?;
    Ok(listener)
}
