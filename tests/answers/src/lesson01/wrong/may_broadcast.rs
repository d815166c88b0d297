//! An option of UDP, which means nothing here.
//!
//! says: another right to broadcast

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_broadcast(true)?;
    Ok(socket)
}
