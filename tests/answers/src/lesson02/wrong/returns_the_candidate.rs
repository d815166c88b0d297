//! Returns the candidate, with its port 0, instead of the address that the socket got.
//!
//! says: That is the candidate as it stands on the list

use std::io;
use std::net::SocketAddr;

use socket2::Socket;

// ANCHOR: bug
pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    for &candidate in candidates {
        match socket.bind(&candidate.into()) {
            Ok(()) => return Ok(candidate),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}
// ANCHOR_END: bug
