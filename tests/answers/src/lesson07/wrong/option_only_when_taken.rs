//! The option is set only once bind has failed, so the first life never has it.
//!
//! says: The first life's listener never had SO_REUSEADDR. Both lives have to set it, each before

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if let Err(error) = listener.bind(&address.into()) {
        if error.kind() != io::ErrorKind::AddrInUse {
            return Err(error);
        }
        listener.set_reuse_address(true)?;
        listener.bind(&address.into())?;
    }
    listener.listen(128)?;
    Ok(listener)
}
