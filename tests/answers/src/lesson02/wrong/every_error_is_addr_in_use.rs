//! Stops at any other error, but reports AddrInUse instead of it.
//!
//! says: Nobody has taken that address

use std::io;
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    for &candidate in candidates {
        match socket.bind(&candidate.into()) {
            Ok(()) => return socket.local_addr()?.as_socket().ok_or(io::ErrorKind::Unsupported.into()),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(_) => break,
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}
