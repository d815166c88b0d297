//! accept shall not wait for ever.
//!
//! says: The listener that you return has another read timeout

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if cfg!(unix) {
        listener.set_reuse_address(true)?;
    }
    listener.bind(&address.into())?;
    listener.listen(128)?;
    listener.set_read_timeout(Some(Duration::from_secs(1)))?;
    Ok(listener)
}
