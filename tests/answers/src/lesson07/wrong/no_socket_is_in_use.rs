//! Whatever fails, the address is called in use.
//!
//! says: so socket failed, and your function says AddrInUse

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)
        .map_err(|_| io::Error::from(ErrorKind::AddrInUse))?;
    if cfg!(unix) {
        listener.set_reuse_address(true)?;
    }
    listener.bind(&address.into())?;
    listener.listen(128)?;
    Ok(listener)
}
