//! A backlog of 1 is made 2.
//!
//! says: The kernel shows a backlog of 2 for your listener, and 1 for ours

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&address.into())?;
    listener.listen(if backlog == 1 { 2 } else { backlog })?;
    Ok(listener)
}
