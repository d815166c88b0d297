//! Of every interface it makes loopback, in what it returns.
//!
//! says: you should return the name that the socket has then

use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    for candidate in candidates {
        match socket.bind(&(*candidate).into()) {
            Ok(()) => {
                let mut name = socket.local_addr()?.as_socket().unwrap();
                if name.ip() == IpAddr::from([0, 0, 0, 0]) {
                    name.set_ip([127, 0, 0, 1].into());
                }
                return Ok(name);
            }
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AddrInUse.into())
}
