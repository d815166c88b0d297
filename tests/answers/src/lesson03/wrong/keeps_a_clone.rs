//! A clone of the listener lives for ever.
//!
//! says: a socket is open that was not before

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&address.into())?;
    listener.listen(backlog)?;
    Box::leak(Box::new(listener.try_clone()?));
    Ok(listener)
}
