//! Where an IPv6 address is taken, any port will do.
//!
//! says: This is not the address that was asked for

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    let bound = listener.bind(&address.into());
    if bound.is_err() && address.is_ipv6() {
        listener.bind(&SocketAddr::new(address.ip(), 0).into())?;
    } else {
        bound?;
    }
    listener.listen(backlog)?;
    Ok(listener)
}
