//! Makes a listener, on a port that the kernel picks.
//!
//! says: It listens at its-address already
use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.bind(&SocketAddr::new(address.ip(), 0).into())?;
    socket.listen(5)?;
    Ok(socket)
}
