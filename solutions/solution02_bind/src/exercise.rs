//! Your turn: bind. Chapter 2 of the book says what it is for, and what is new in Rust.
//! The small print, as in every exercise: a function does what its contract says, and nothing else ("Before you begin").

use std::io;
use std::net::SocketAddr;

use socket2::Socket;

/// Binds the socket to the first of these addresses that is free, and returns the address that it really has then.
///
/// An address that is taken (`AddrInUse`) leads on to the next; any other error of bind comes back at once. When none
/// is free, or none is given, the error is `AddrInUse`, and the socket has no name yet.
pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    for &candidate in candidates {
        match socket.bind(&candidate.into()) {
            // The candidate may have port 0. Which one the kernel chose, only the socket knows.
            Ok(()) => return socket.local_addr()?.as_socket().ok_or(io::ErrorKind::Unsupported.into()),
            // The bind that failed left the socket without a name, so it can try the next.
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            // Not a matter of this port: the caller should know, before the next candidate hides it.
            Err(error) => return Err(error),
        }
    }
    // Also when there was no candidate at all: nothing on the list is free.
    Err(io::ErrorKind::AddrInUse.into())
}
