//! A thousand are enough, it thinks.
//!
//! says: The kernel shows a backlog of 1000

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&address.into())?;
    listener.listen(backlog.min(1000))?;
    Ok(listener)
}
