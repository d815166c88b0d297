//! Waits a minute before bind, so that TIME_WAIT has passed for sure.
//!
//! says: it was blocked in sleep

use std::io;
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    thread::sleep(Duration::from_secs(60));
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&address.into())?;
    listener.listen(128)?;
    Ok(listener)
}
