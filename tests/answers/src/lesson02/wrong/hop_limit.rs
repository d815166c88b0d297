//! An IPv6 socket goes one hop far.
//!
//! says: another hop limit (IPV6_UNICAST_HOPS): 1

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    if candidates.iter().any(SocketAddr::is_ipv6) {
        let _ = socket.set_unicast_hops_v6(1);
    }
    for candidate in candidates {
        match socket.bind(&(*candidate).into()) {
            Ok(()) => return Ok(socket.local_addr()?.as_socket().unwrap()),
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AddrInUse.into())
}
