//! Every error of bind leads on to the next candidate, not AddrInUse alone.
//!
//! says: It went on past the candidate

use std::io;
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    for candidate in candidates {
        if socket.bind(&(*candidate).into()).is_ok() {
            return socket.local_addr()?.as_socket().ok_or(io::ErrorKind::Unsupported.into());
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}
