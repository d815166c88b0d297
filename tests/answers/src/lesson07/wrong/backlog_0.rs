//! A backlog of 0 has room for one client only.
//!
//! says: The queue is full already

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.set_reuse_address(true)?;
    listener.bind(&address.into())?;
    listener.listen(0)?;
    Ok(listener)
}
