//! Another protocol, which has the same calls.
//!
//! says: has another protocol (SO_PROTOCOL)

use std::io::{self};
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, Some(socket2::Protocol::from(262)))?;
    if cfg!(unix) {
        listener.set_reuse_address(true)?;
    }
    listener.bind(&address.into())?;
    listener.listen(128)?;
    Ok(listener)
}
