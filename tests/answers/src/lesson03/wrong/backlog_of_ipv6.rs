//! For one family it has a backlog of its own.
//!
//! says: The kernel shows a backlog of 128

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&address.into())?;
    listener.listen(if address.is_ipv6() { 128 } else { backlog })?;
    Ok(listener)
}
