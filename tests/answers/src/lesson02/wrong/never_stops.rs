//! Does not return when bind is done, and reports AddrInUse at the end of the list.
//!
//! says: The socket has its name, and an error came back all the same

use std::io;
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    for &candidate in candidates {
        match socket.bind(&candidate.into()) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}
