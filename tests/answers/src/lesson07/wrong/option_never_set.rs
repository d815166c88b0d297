//! Three calls open a listener, but nothing is said about reuse.
//!
//! says: The first life's listener never had SO_REUSEADDR. Both lives have to set it, each before

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&address.into())?;
    listener.listen(128)?;
    Ok(listener)
}
