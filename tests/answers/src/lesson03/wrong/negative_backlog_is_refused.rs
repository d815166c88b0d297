//! A negative backlog is refused.
//!
//! says: listen takes any number

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    if backlog < 0 {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&address.into())?;
    listener.listen(backlog)?;
    Ok(listener)
}
