//! accept shall not wait for ever.
//!
//! says: The listener that you return has another read timeout

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.set_read_timeout(Some(Duration::from_secs(1)))?;
    listener.bind(&address.into())?;
    listener.listen(backlog)?;
    Ok(listener)
}
