//! Connects once, to see whether it works.
//!
//! says: Somebody waits already at the listener that you return

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&address.into())?;
    listener.listen(backlog)?;
    if backlog > 0 {
        Socket::new(Domain::for_address(address), Type::STREAM, None)?.connect(&listener.local_addr()?)?;
    }
    Ok(listener)
}
