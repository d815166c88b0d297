//! Goes through the whole list, so that it binds a socket again that is bound already.
//!
//! says: The socket has its name, and an error came back all the same

use std::io;
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    let mut bound = None;
    for &candidate in candidates {
        match socket.bind(&candidate.into()) {
            Ok(()) => bound = socket.local_addr()?.as_socket(),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(error),
        }
    }
    bound.ok_or(io::ErrorKind::AddrInUse.into())
}
