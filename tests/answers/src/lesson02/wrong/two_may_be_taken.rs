//! From the third candidate on every error comes back, AddrInUse as well.
//!
//! says: The last one on the list is free

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    for (index, &candidate) in candidates.iter().enumerate() {
        match socket.bind(&candidate.into()) {
            Ok(()) => return Ok(socket.local_addr()?.as_socket().unwrap()),
            Err(error) if error.kind() == ErrorKind::AddrInUse && index < 2 => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AddrInUse.into())
}
