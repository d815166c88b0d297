//! Programs that are started inherit the socket.
//!
//! says: another close-on-exec flag

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    #[cfg(unix)]
    socket.set_cloexec(false)?;
    for &candidate in candidates {
        match socket.bind(&candidate.into()) {
            Ok(()) => return Ok(socket.local_addr()?.as_socket().unwrap()),
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AddrInUse.into())
}
