//! The backlog is cut to 8 bits.
//!
//! says: The kernel shows a backlog of 44

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&address.into())?;
    listener.listen(i32::from(backlog as u8))?;
    Ok(listener)
}
