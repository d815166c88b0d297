//! Says NotFound where none is free.
//!
//! says: Where none on the list is free, or none is given, the error should be of the kind

use std::io;
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    for &candidate in candidates {
        match socket.bind(&candidate.into()) {
            Ok(()) => return socket.local_addr()?.as_socket().ok_or(io::ErrorKind::Unsupported.into()),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::new(io::ErrorKind::NotFound, "no free address"))
}
