//! Errors keep their kind, and get a sentence in front.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    for (number, candidate) in candidates.iter().enumerate() {
        match socket.bind(&(*candidate).into()) {
            Ok(()) => return Ok(socket.local_addr()?.as_socket().unwrap()),
            Err(error) if error.kind() == ErrorKind::AddrInUse => eprintln!("{candidate}: {error}"),
            Err(error) => return Err(io::Error::new(error.kind(), format!("candidate {number}, {candidate}: {error}"))),
        }
    }
    Err(io::Error::new(ErrorKind::AddrInUse, format!("none of {} is free", candidates.len())))
}
