//! Where the address cannot be had, every interface will do.
//!
//! says: bind says AddrNotAvailable here

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if cfg!(unix) {
        listener.set_reuse_address(true)?;
    }
    match listener.bind(&address.into()) {
        Err(error) if error.kind() == ErrorKind::AddrNotAvailable => {}
        bound => bound?,
    }
    listener.listen(128)?;
    Ok(listener)
}
