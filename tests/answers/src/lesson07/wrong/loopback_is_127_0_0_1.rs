//! Whatever is on loopback is 127.0.0.1.
//!
//! says: At 127.0.0.3 bind and listen give a socket at 127.0.0.3

use std::io::{self};
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let address = if address.is_ipv4() && address.ip().is_loopback() {
        SocketAddr::from(([127, 0, 0, 1], address.port()))
    } else {
        address
    };
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if cfg!(unix) {
        listener.set_reuse_address(true)?;
    }
    listener.bind(&address.into())?;
    listener.listen(128)?;
    Ok(listener)
}
