//! It will not wait for ever to send, and nobody asked.
//!
//! says: another write timeout (SO_SNDTIMEO)

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_write_timeout(Some(Duration::from_secs(5)))?;
    Ok(socket)
}
