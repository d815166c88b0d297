//! Binds to a port out of a book, whatever address was asked for.
//!
//! says: Loopback with port 0 can always be had

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&SocketAddr::from(([127, 0, 0, 1], 7878)).into())?;
    listener.listen(backlog)?;
    Ok(listener)
}
