//! SO_REUSEADDR is right, but a taken port is tried again and again instead of reported.
//!
//! says: Your function came back only after 2 s, when the live listener had given up

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if cfg!(unix) {
        listener.set_reuse_address(true)?;
    }
    while let Err(error) = listener.bind(&address.into()) {
        if error.kind() != io::ErrorKind::AddrInUse {
            return Err(error);
        }
    }
    listener.listen(128)?;
    Ok(listener)
}
