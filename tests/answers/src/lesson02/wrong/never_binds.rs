//! Returns the first candidate and never calls bind.
//!
//! says: That is a candidate, but the socket has no name

use std::io;
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    let _ = socket;
    candidates.first().copied().ok_or(io::ErrorKind::AddrInUse.into())
}
