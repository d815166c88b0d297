//! A small receive buffer, to save memory.
//!
//! says: another receive buffer (SO_RCVBUF)

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_recv_buffer_size(4096)?;
    Ok(socket)
}
