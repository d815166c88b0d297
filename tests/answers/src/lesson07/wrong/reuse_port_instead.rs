//! SO_REUSEPORT, which lets two live listeners share a port, in place of SO_REUSEADDR.
//!
//! says: Two live listeners at one address

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    #[cfg(unix)]
    #[cfg(unix)] // Windows has no such option.
    listener.set_reuse_port(true)?;
    listener.bind(&address.into())?;
    listener.listen(128)?;
    Ok(listener)
}
