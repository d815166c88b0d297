//! Another congestion control than the caller has.
//!
//! says: another congestion control

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_congestion(b"reno")?;
    Ok(socket)
}
