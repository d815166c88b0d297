//! Asks by connect whether an address is free: a socket that has a name and does not listen refuses, and holds it.
//!
//! says: There is a free one on the list

use std::io;
use std::net::{SocketAddr, TcpStream};

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    for candidate in candidates {
        if TcpStream::connect(candidate).is_err() {
            socket.bind(&(*candidate).into())?;
            return socket.local_addr()?.as_socket().ok_or(io::ErrorKind::Unsupported.into());
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}
