//! Takes the address before bind: that of a socket without a name.
//!
//! says: That is not the name of the socket

use std::io;
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    let address = socket.local_addr()?.as_socket().ok_or(io::ErrorKind::Unsupported)?;
    for &candidate in candidates {
        match socket.bind(&candidate.into()) {
            Ok(()) => return Ok(address),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}
