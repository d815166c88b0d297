//! The error keeps its kind, and gets a sentence in front; by way of a TcpStream.

use std::io;
use std::net::{SocketAddr, TcpStream};

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    let made = Socket::new(Domain::for_address(address), Type::STREAM, Some(socket2::Protocol::TCP));
    let socket = made.map_err(|error| io::Error::new(error.kind(), format!("no socket for {address}: {error}")))?;
    Ok(TcpStream::from(socket).into())
}
