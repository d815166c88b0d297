//! Any address but loopback is refused.
//!
//! says: returned this error where it should succeed: address not available

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    if !address.ip().to_canonical().is_loopback() && !address.ip().is_unspecified() {
        return Err(io::ErrorKind::AddrNotAvailable.into());
    }
    Socket::new(Domain::for_address(address), Type::STREAM, None)
}
