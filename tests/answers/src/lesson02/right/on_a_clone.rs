//! The calls go to a clone, which is dropped; and it tells what it does.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    let clone = socket.try_clone()?;
    for candidate in candidates {
        println!("trying {candidate}");
        match clone.bind(&(*candidate).into()) {
            Err(error) if error.kind() == ErrorKind::AddrInUse => continue,
            bound => return bound.and_then(|()| Ok(clone.local_addr()?.as_socket().unwrap())),
        }
    }
    Err(ErrorKind::AddrInUse.into())
}
