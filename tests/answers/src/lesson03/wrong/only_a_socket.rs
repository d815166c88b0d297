//! Created, and nothing else.
//!
//! says: This socket has no address, so no client can find it

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    let _ = backlog;
    Ok(listener)
}
