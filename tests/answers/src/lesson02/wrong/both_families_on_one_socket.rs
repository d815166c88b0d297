//! An IPv6 socket shall take IPv4, whatever the caller wants.
//!
//! says: another v6-only

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    if let Ok(only_v6) = socket.only_v6() {
        socket.set_only_v6(!only_v6)?;
    }
    for &candidate in candidates {
        match socket.bind(&candidate.into()) {
            Ok(()) => return Ok(socket.local_addr()?.as_socket().unwrap()),
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AddrInUse.into())
}
