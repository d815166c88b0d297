//! Hands every error on with `?`, so that only the first candidate is tried.
//!
//! says: There is a free one on the list, but the socket has no name

use std::io;
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    for &candidate in candidates {
        socket.bind(&candidate.into())?;
        return socket.local_addr()?.as_socket().ok_or(io::ErrorKind::Unsupported.into());
    }
    Err(io::ErrorKind::AddrInUse.into())
}
