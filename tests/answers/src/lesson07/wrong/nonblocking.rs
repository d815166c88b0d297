//! A nonblocking listener, on which accept does not wait.
//!
//! says: The socket is nonblocking

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.set_nonblocking(true)?;
    listener.set_reuse_address(true)?;
    listener.bind(&address.into())?;
    listener.listen(128)?;
    Ok(listener)
}
