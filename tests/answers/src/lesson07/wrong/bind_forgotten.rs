//! Listens without bind: the kernel gives it any port.
//!
//! says: That is not the address that your function was given

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.set_reuse_address(true)?;
    listener.listen(128)?;
    Ok(listener)
}
