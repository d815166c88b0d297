//! A socket by the bare call, the largest backlog, an error with a word of its own; and it prints.

use std::io::{self};
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let domain = match address {
        SocketAddr::V4(_) => Domain::IPV4,
        SocketAddr::V6(_) => Domain::IPV6,
    };
    let listener = Socket::new_raw(domain, Type::STREAM, Some(socket2::Protocol::TCP))?;
    #[cfg(unix)]
    listener.set_reuse_address(true)?;
    listener
        .bind(&socket2::SockAddr::from(address))
        .map_err(|e| io::Error::new(e.kind(), format!("bind {address}: {e}")))?;
    listener.listen(i32::MAX)?;
    println!("listening at {:?}", listener.local_addr());
    Ok(listener)
}
