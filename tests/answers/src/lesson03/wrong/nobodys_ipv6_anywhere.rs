//! An IPv6 address of nobody: it listens on loopback.
//!
//! says: This is not the address that was asked for

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if let Err(error) = listener.bind(&address.into()) {
        if address.is_ipv4() || error.kind() == io::ErrorKind::AddrInUse {
            return Err(error);
        }
        listener.bind(&SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], 0)).into())?;
    };
    listener.listen(backlog)?;
    Ok(listener)
}
