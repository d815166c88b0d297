//! What accept gives will have small buffers.
//!
//! says: The listener that you return has another receive buffer

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.set_recv_buffer_size(4096)?;
    listener.bind(&address.into())?;
    listener.listen(backlog)?;
    Ok(listener)
}
