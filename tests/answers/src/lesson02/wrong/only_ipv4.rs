//! Addresses of IPv6 are left out.
//!
//! says: bind fails here, by an error that is no AddrInUse

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    for &candidate in candidates.iter().filter(|candidate| candidate.is_ipv4()) {
        match socket.bind(&candidate.into()) {
            Ok(()) => return Ok(socket.local_addr()?.as_socket().unwrap()),
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AddrInUse.into())
}
