//! Nobody asked for a nonblocking listener.
//!
//! says: Your listener is nonblocking

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&address.into())?;
    listener.listen(backlog)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}
