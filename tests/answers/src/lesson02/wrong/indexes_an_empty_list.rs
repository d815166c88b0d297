//! Takes candidates[0] without a look whether there is one.
//!
//! says: bind_first_free panicked

use std::io;
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    let mut index = 0;
    loop {
        match socket.bind(&candidates[index].into()) {
            Ok(()) => return socket.local_addr()?.as_socket().ok_or(io::ErrorKind::Unsupported.into()),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && index + 1 < candidates.len() => index += 1,
            Err(error) => return Err(error),
        }
    }
}
