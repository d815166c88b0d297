//! listen comes first, and bind fails.
//!
//! says: restartable_listener returned this error where it should succeed

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if cfg!(unix) {
        listener.set_reuse_address(true)?;
    }
    listener.listen(128)?;
    listener.bind(&address.into())?;
    Ok(listener)
}
