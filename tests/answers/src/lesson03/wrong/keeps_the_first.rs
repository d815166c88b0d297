//! The first listener of the program is kept, as a clone.
//!
//! says: a socket is open that was not before

use std::io;
use std::net::SocketAddr;
use std::sync::OnceLock;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&address.into())?;
    listener.listen(backlog)?;
    static FIRST: OnceLock<Socket> = OnceLock::new();
    let _ = FIRST.set(listener.try_clone()?);
    Ok(listener)
}
