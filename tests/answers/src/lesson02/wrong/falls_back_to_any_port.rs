//! Binds to any free port when every candidate is taken, as the walkthrough does.
//!
//! says: The socket has a name that is not on the list

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
    socket.bind(&narrator::LOOPBACK.into())?;
    socket.local_addr()?.as_socket().ok_or(io::ErrorKind::Unsupported.into())
}
