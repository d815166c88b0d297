//! bind's error is thrown away; then listen gives the socket a port on every interface.
//!
//! says: bind failed and your function went on

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

// ANCHOR: bug
pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    let _ = listener.bind(&address.into());
    listener.listen(backlog)?;
    Ok(listener)
}
// ANCHOR_END: bug
