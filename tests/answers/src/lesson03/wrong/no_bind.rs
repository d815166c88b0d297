//! Never bound: listen gives it a random port on every interface.
//!
//! says: That is every interface, not the address that was asked for; it is what listen gives a

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.listen(backlog)?;
    Ok(listener)
}
