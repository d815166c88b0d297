//! Right: an iterator finds the first bind that is not AddrInUse; narrator's local_address asks for the name.

use std::io;
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    candidates
        .iter()
        .map(|&candidate| socket.bind(&candidate.into()))
        .find(|result| !result.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::AddrInUse))
        .unwrap_or(Err(io::ErrorKind::AddrInUse.into()))?;
    narrator::local_address(socket)
}
