//! Ignores the backlog that was asked for: always 5.
//!
//! says: 6 got in, although a backlog of 0 was asked for

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&address.into())?;
    let _ = backlog;
    listener.listen(5)?;
    Ok(listener)
}
