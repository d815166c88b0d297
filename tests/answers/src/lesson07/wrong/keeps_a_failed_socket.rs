//! When bind fails the socket is never dropped.
//!
//! says: a socket is open that was not before

use std::io;
use std::mem;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if cfg!(unix) {
        listener.set_reuse_address(true)?;
    }
    if let Err(error) = listener.bind(&address.into()) {
        mem::forget(listener);
        return Err(error);
    }
    listener.listen(128)?;
    Ok(listener)
}
