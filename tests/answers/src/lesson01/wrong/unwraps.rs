//! An error of socket ends the program.
//!
//! says: socket_for panicked

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    Ok(Socket::new(Domain::for_address(address), Type::STREAM, None).unwrap())
}
