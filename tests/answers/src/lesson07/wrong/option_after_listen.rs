//! The option is set at the very end, after listen.
//!
//! says: SO_REUSEADDR is on, but too late

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&address.into())?;
    listener.listen(128)?;
    listener.set_reuse_address(true)?;
    Ok(listener)
}
