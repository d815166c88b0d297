//! An IPv6 socket is bound, and does not listen.
//!
//! says: no client gets in: this one does not listen

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&address.into())?;
    if address.is_ipv4() {
        listener.listen(backlog)?;
    }
    Ok(listener)
}
