//! A timeout of its own, and none at the end.
//!
//! says: The socket has another read timeout

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    socket.set_read_timeout(Some(Duration::from_secs(1)))?;
    for &candidate in candidates {
        match socket.bind(&candidate.into()) {
            Ok(()) => {
                socket.set_read_timeout(None)?;
                return Ok(socket.local_addr()?.as_socket().unwrap());
            }
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AddrInUse.into())
}
