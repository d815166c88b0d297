//! What accept gives will send small pieces at once.
//!
//! says: The listener that you return has another no-delay

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if cfg!(unix) {
        listener.set_reuse_address(true)?;
    }
    listener.bind(&address.into())?;
    listener.listen(128)?;
    listener.set_tcp_nodelay(true)?;
    Ok(listener)
}
