//! Takes off the one that Linux adds, so that `backlog` would count the clients that get in.
//!
//! says: Linux takes one below 0 for the largest

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&address.into())?;
    listener.listen(backlog - 1)?;
    Ok(listener)
}
