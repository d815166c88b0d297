//! The error keeps its kind, and gets a sentence in front; by way of an OwnedFd.

use std::io;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    let made = Socket::new(Domain::for_address(address), Type::STREAM.cloexec(), Some(socket2::Protocol::TCP));
    let socket = made.map_err(|error| io::Error::new(error.kind(), format!("no socket for {address}: {error}")))?;
    Ok(OwnedFd::from(socket).into())
}
