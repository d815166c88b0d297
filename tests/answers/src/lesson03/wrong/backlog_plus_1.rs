//! Adds the one that Linux adds by itself.
//!
//! says: Two got in, as with a backlog of 1

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&address.into())?;
    listener.listen(backlog + 1)?;
    Ok(listener)
}
