//! The calls go to a clone, which is dropped; and it prints.

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    let clone = listener.try_clone()?;
    clone.bind(&address.into())?;
    println!("bound to {address}");
    clone.listen(backlog)?;
    Ok(listener)
}
