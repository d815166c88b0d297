//! Finds out by connect whether somebody lives there.
//!
//! says: A fourth client is in the queue

use std::io::{self};
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    if address.port() != 0 {
        let probe = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
        if probe.connect(&address.into()).is_ok() {
            return Err(io::Error::from_raw_os_error(98));
        }
    }
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if cfg!(unix) {
        listener.set_reuse_address(true)?;
    }
    listener.bind(&address.into())?;
    listener.listen(128)?;
    Ok(listener)
}
