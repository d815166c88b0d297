//! An address without a port is an error.
//!
//! says: socket_for returned this error where it should succeed

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    if address.port() == 0 {
        return Err(ErrorKind::InvalidInput.into());
    }
    Socket::new(Domain::for_address(address), Type::STREAM, None)
}
