//! It will not wait for ever, and nobody asked.
//!
//! says: another read timeout (SO_RCVTIMEO)

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_read_timeout(Some(Duration::from_secs(5)))?;
    Ok(socket)
}
