//! Only on the way of an error is a clone left.
//!
//! says: somebody still holds a clone of a socket

use std::io::{self, ErrorKind};
use std::mem;
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    for &candidate in candidates {
        match socket.bind(&candidate.into()) {
            Ok(()) => return Ok(socket.local_addr()?.as_socket().unwrap()),
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(error) => {
                mem::forget(socket.try_clone()?);
                return Err(error);
            }
        }
    }
    Err(ErrorKind::AddrInUse.into())
}
