//! # Your turn: bind
//!
//! **Make it happen.** A server comes with a list of addresses, the one that it likes best first. `bind` its socket to
//! the first that is free. Then ask the socket for its name with `local_addr`, which is getsockname(2): the free one
//! has port 0, so the list does not say which port it really got.
//!
//! **Why it matters.** "Port 5173 is in use, trying another one": many a development server does just this. It may,
//! because a taken port is the next port's chance. Any other error says that the list is wrong, and a server that tries
//! on all the same hides that from the one who could mend it.
//!
//! **New in Rust.**
//! - `&address.into()` and `as_socket()`: socket2 takes and gives a `SockAddr`, an address of any family. `into()`
//!   makes one of a `SocketAddr`; `as_socket()` is the way back, as an `Option`, because not every `SockAddr` is an
//!   internet address. With `.ok_or(io::ErrorKind::Unsupported)?` a `None` becomes an error for the caller.
//! - `for &candidate in candidates`: a slice lends its elements; the `&` in the pattern copies each address out, and
//!   `candidate.into()` has the `SocketAddr` that it needs.
//! - `Err(error) if error.kind() == io::ErrorKind::AddrInUse`: a match arm with a guard. It is taken for this kind of
//!   error only; all others fall to the arms below it. And `io::ErrorKind::AddrInUse.into()` makes an `io::Error`.
//!
//! **Look it up.** <https://docs.rs/socket2/0.6/socket2/struct.Socket.html#method.bind>

use std::io;
use std::net::SocketAddr;

use narrator::your_turn;
use socket2::Socket;

/// Binds the socket to the first of these addresses that is free, and returns the address that it really has then.
///
/// An address that is taken (`AddrInUse`) leads on to the next; any other error of bind comes back at once. When none
/// is free, or none is given, the error is `AddrInUse`, and the socket has no name yet.
pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    your_turn!(socket, candidates)
}
