//! Candidates with port 0 are tried first.
//!
//! says: The first is free: your socket should get it, whichever port it has

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    let mut sorted = candidates.to_vec();
    sorted.sort_by_key(|candidate| candidate.port() != 0);
    for candidate in &sorted {
        match socket.bind(&(*candidate).into()) {
            Ok(()) => return Ok(socket.local_addr()?.as_socket().unwrap()),
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AddrInUse.into())
}
