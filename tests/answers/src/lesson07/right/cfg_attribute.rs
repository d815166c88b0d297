//! The option under a cfg attribute, one try each step, a small backlog.

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Protocol, SockAddr, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    #[cfg(unix)]
    listener.set_reuse_address(true)?;
    let name = SockAddr::from(address);
    listener.bind(&name).and_then(|()| listener.listen(5)).map(|()| listener)
}
