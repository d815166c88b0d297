//! Over IPv6 the option is not set.
//!
//! says: restartable_listener returned this error where it should succeed

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.set_reuse_address(cfg!(unix) && address.is_ipv4())?;
    listener.bind(&address.into())?;
    listener.listen(128)?;
    Ok(listener)
}
