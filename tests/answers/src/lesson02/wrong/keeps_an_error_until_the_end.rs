//! Remembers an error that is not AddrInUse, but tries the other candidates before it returns it.
//!
//! says: An error came back, but not at once

use std::io;
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    let mut wrong = None;
    let mut bound = false;
    for &candidate in candidates {
        match socket.bind(&candidate.into()) {
            Ok(()) => {
                bound = true;
                break;
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => wrong = Some(error),
        }
    }
    match wrong {
        Some(error) => Err(error),
        None if bound => socket.local_addr()?.as_socket().ok_or(io::ErrorKind::Unsupported.into()),
        None => Err(io::ErrorKind::AddrInUse.into()),
    }
}
