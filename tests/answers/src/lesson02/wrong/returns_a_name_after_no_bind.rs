//! Asks for the address after the loop, whether or not a bind was done: Ok(0.0.0.0:0).
//!
//! says: Nothing was bound, and still an address came back

use std::io;
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    for &candidate in candidates {
        match socket.bind(&candidate.into()) {
            Ok(()) => break,
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => continue,
            Err(error) => return Err(error),
        }
    }
    socket.local_addr()?.as_socket().ok_or(io::ErrorKind::Unsupported.into())
}
