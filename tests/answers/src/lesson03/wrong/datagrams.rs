//! A datagram socket: there is nothing to listen for.
//!
//! says: listen is for streams only

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::DGRAM, None)?;
    listener.bind(&address.into())?;
    listener.listen(backlog)?;
    Ok(listener)
}
