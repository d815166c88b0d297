//! Linger 0 in place of SO_REUSEADDR: no TIME_WAIT, because connections are cut off by a reset.
//!
//! says: The listener that you return has another linger time (SO_LINGER): 0 s

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.set_linger(Some(Duration::ZERO))?;
    listener.bind(&address.into())?;
    listener.listen(128)?;
    Ok(listener)
}
