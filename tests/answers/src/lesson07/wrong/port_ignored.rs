//! Always binds to a port of the kernel's choice.
//!
//! says: That is another address than your function was given, and no client looks for the server

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.set_reuse_address(true)?;
    listener.bind(&SocketAddr::new(address.ip(), 0).into())?;
    listener.listen(128)?;
    Ok(listener)
}
