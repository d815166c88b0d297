//! unwrap on bind: the caller never hears of a taken port.
//!
//! says: restartable_listener panicked

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.set_reuse_address(true)?;
    listener.bind(&address.into()).unwrap();
    listener.listen(128)?;
    Ok(listener)
}
