//! Tries the first candidate again and again while it is taken.
//!
//! says: it was busy in a loop that does not end

use std::io;
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    for &candidate in candidates {
        loop {
            match socket.bind(&candidate.into()) {
                Ok(()) => return socket.local_addr()?.as_socket().ok_or(io::ErrorKind::Unsupported.into()),
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => continue,
                Err(error) => return Err(error),
            }
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}
