//! Right: a slice pattern and recursion, `if let` and no match guard, own error text.

use std::io;
use std::net::SocketAddr;

use socket2::{SockAddr, Socket};

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    let [first, rest @ ..] = candidates else {
        return Err(io::Error::new(io::ErrorKind::AddrInUse, "no candidate is free"));
    };
    if let Err(error) = socket.bind(&SockAddr::from(*first)) {
        if error.kind() != io::ErrorKind::AddrInUse {
            return Err(error);
        }
        return bind_first_free(socket, rest);
    }
    let name = socket.local_addr()?;
    match name.as_socket() {
        Some(address) => Ok(address),
        None => Err(io::Error::other("not an internet address")),
    }
}
