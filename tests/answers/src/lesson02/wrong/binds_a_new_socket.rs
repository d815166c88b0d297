//! Binds a new socket instead of the one that it was given.
//!
//! says: That is the name of another socket

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    for &candidate in candidates {
        let _ = socket;
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        match socket.bind(&candidate.into()) {
            Ok(()) => return socket.local_addr()?.as_socket().ok_or(io::ErrorKind::Unsupported.into()),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}
