//! Takes a backlog of 0 for a mistake, as tutorials say: "minimum 1, maximum 128".
//!
//! says: Two got in, as with a backlog of 1

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&address.into())?;
    listener.listen(backlog.max(1).min(128))?;
    Ok(listener)
}
