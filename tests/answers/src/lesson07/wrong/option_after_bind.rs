//! The option is set after bind, which has looked at it already.
//!
//! says: SO_REUSEADDR is on, but too late

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

// ANCHOR: bug
pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&address.into())?;
    listener.set_reuse_address(true)?;
    listener.listen(128)?;
    Ok(listener)
}
// ANCHOR_END: bug
