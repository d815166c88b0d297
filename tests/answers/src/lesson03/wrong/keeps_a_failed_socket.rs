//! When bind fails the socket is never dropped.
//!
//! says: a socket is open that was not before

use std::io;
use std::mem;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if let Err(error) = listener.bind(&address.into()) {
        mem::forget(listener);
        return Err(error);
    }
    listener.listen(backlog)?;
    Ok(listener)
}
