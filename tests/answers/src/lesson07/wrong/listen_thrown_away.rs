//! What listen says, nobody hears.
//!
//! says: throws away what listen returns

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if cfg!(unix) {
        listener.set_reuse_address(true)?;
    }
    listener.bind(&address.into())?;
    let _ = listener.listen(128);
    Ok(listener)
}
