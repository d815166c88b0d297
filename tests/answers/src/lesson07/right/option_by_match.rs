//! The option set to what cfg says, and each call looked at by hand.

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let domain = match address {
        SocketAddr::V4(_) => Domain::IPV4,
        SocketAddr::V6(_) => Domain::IPV6,
    };
    let listener = Socket::new(domain, Type::STREAM, None)?;
    listener.set_reuse_address(cfg!(unix))?;
    match listener.bind(&address.into()) {
        Ok(()) => listener.listen(i32::MAX)?,
        Err(error) => return Err(error),
    }
    Ok(listener)
}
