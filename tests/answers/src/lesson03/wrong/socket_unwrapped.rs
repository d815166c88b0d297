//! An error of socket ends the program.
//!
//! says: open_listener panicked

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None).unwrap();
    listener.bind(&address.into())?;
    listener.listen(backlog)?;
    Ok(listener)
}
