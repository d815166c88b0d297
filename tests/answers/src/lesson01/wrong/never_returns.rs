//! Tries again and again to get the port, which is taken.
//!
//! says: it was busy in a loop that does not end
use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    loop {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
        if socket.bind(&address.into()).is_ok() {
            return Ok(socket);
        }
    }
}
