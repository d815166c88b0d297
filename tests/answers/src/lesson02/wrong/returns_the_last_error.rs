//! Goes on whatever bind says, and returns the error of the last candidate.
//!
//! says: It went on past the candidate

use std::io;
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    let mut last = io::ErrorKind::AddrInUse.into();
    for &candidate in candidates {
        match socket.bind(&candidate.into()) {
            Ok(()) => return socket.local_addr()?.as_socket().ok_or(io::ErrorKind::Unsupported.into()),
            Err(error) => last = error,
        }
    }
    Err(last)
}
