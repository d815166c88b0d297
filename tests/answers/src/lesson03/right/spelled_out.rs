//! Says the family and the protocol itself, and looks at each result.

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let family = match address {
        SocketAddr::V4(_) => Domain::IPV4,
        SocketAddr::V6(_) => Domain::IPV6,
    };
    let socket = match Socket::new(family, Type::STREAM, Some(socket2::Protocol::TCP)) {
        Ok(socket) => socket,
        Err(error) => return Err(error),
    };
    let name = socket2::SockAddr::from(address);
    if let Err(error) = socket.bind(&name) {
        return Err(error);
    }
    match socket.listen(backlog) {
        Ok(()) => Ok(socket),
        Err(error) => Err(error),
    }
}
