//! What accept gives will be reset by close.
//!
//! says: The listener that you return has another linger time

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.set_linger(Some(Duration::ZERO))?;
    listener.bind(&address.into())?;
    listener.listen(backlog)?;
    Ok(listener)
}
