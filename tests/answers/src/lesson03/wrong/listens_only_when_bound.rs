//! bind's error is thrown away, and the caller gets a socket that does not listen.
//!
//! says: bind failed and your function went on

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if listener.bind(&address.into()).is_ok() {
        listener.listen(backlog)?;
    }
    Ok(listener)
}
