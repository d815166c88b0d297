//! Your turn: reuse. Chapter 7 of the book says what it is for, and what is new in Rust.
//! The small print, as in every exercise: a function does what its contract says, and nothing else ("Before you begin").

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

/// Opens a listener that a restarted server can open again at once, but that never steals a live one's port.
///
/// It is at this address and no other, IPv4 or IPv6; several clients may come before the first accept, and accept
/// waits. Where a listener lives already the caller learns of it, at once, by bind's own error: `AddrInUse`.
pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    // Before bind, which is when the kernel looks at it; and in every life, the first one too, because Linux wants it
    // on the old socket as well. On Windows the same name would let us take the port of a live server.
    if cfg!(unix) {
        listener.set_reuse_address(true)?;
    }
    // No retry and no other port: a listener that lives there is refused us with or without the option.
    listener.bind(&address.into())?;
    // As the standard library does it. The number says how many may wait for accept, not how many can be served.
    listener.listen(128)?;
    Ok(listener)
}
