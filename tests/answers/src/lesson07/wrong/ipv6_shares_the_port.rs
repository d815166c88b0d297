//! Over IPv6 two listeners share a port.
//!
//! says: The listener that you return has another port reuse

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if cfg!(unix) {
        listener.set_reuse_address(true)?;
    }
    #[cfg(target_os = "linux")]
    listener.set_reuse_port(address.is_ipv6())?;
    listener.bind(&address.into())?;
    listener.listen(128)?;
    Ok(listener)
}
