//! SO_REUSEPORT lets a second listener have a live one's port.
//!
//! says: Two listeners now share one address

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    #[cfg(unix)] // Windows has no such option.
    listener.set_reuse_port(true)?;
    listener.bind(&address.into())?;
    listener.listen(backlog)?;
    Ok(listener)
}
