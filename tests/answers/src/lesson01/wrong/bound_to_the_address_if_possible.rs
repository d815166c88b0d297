//! Binds the socket to the address, and does not mind if that fails.
//!
//! says: It is bound to its-address already
use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    let _ = socket.bind(&address.into());
    Ok(socket)
}
