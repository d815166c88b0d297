//! It does not take no for an answer.
//!
//! says: socket_for did not return within

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    loop {
        if let Ok(socket) = Socket::new(Domain::for_address(address), Type::STREAM, None) {
            return Ok(socket);
        }
    }
}
