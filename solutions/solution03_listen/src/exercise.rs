//! Your turn: listen. Chapter 3 of the book says what it is for, and what is new in Rust.
//! The small print, as in every exercise: a function does what its contract says, and nothing else ("Before you begin").

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

/// Opens a listener at this address: creates a TCP socket of its family, binds it and listens, with that backlog.
///
/// When a call fails, the caller gets that call's error, and no socket is left behind.
pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    // The family follows the address, so that an IPv6 address works too.
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    // Before listen: a socket without a name would be given one by listen, and bind would come too late.
    listener.bind(&address.into())?;
    // From here on the kernel lets clients in; accept can come whenever the caller has time for them.
    listener.listen(backlog)?;
    Ok(listener)
}
