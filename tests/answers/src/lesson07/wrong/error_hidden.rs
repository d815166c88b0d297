//! Replaces the error of bind by words of its own: its kind is lost.
//!
//! says: By this error nobody knows that the address is in use

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.set_reuse_address(true)?;
    listener.bind(&address.into()).map_err(|_| io::Error::other("cannot bind"))?;
    listener.listen(128)?;
    Ok(listener)
}
