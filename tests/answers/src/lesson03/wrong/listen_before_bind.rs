//! listen comes first and gives the socket a name, so that bind is too late.
//!
//! says: bind fails, for the socket has a name already

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.listen(backlog)?;
    listener.bind(&address.into())?;
    Ok(listener)
}
