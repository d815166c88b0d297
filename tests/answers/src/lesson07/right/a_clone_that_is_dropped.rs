//! The calls go to a clone, and it prints.

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    let clone = listener.try_clone()?;
    if cfg!(unix) {
        clone.set_reuse_address(true)?;
    }
    clone.bind(&address.into())?;
    println!("bound");
    clone.listen(1000)?;
    Ok(listener)
}
