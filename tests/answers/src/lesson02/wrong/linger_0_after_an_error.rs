//! On its way out after an error it sets the linger time.
//!
//! says: The socket has another linger time

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    for &candidate in candidates {
        match socket.bind(&candidate.into()) {
            Ok(()) => return Ok(socket.local_addr()?.as_socket().unwrap()),
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(error) => {
                socket.set_linger(Some(Duration::ZERO))?;
                return Err(error);
            }
        }
    }
    Err(ErrorKind::AddrInUse.into())
}
