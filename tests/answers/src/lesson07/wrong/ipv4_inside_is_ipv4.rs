//! An IPv6 address with an IPv4 address inside is taken for that.
//!
//! says: At ::ffff:127.0.0.1 bind and listen give

use std::io::{self};
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let address = SocketAddr::new(address.ip().to_canonical(), address.port());
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if cfg!(unix) {
        listener.set_reuse_address(true)?;
    }
    listener.bind(&address.into())?;
    listener.listen(128)?;
    Ok(listener)
}
