//! Errors keep their kind, and get a sentence in front.

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let context = |what: &'static str| move |error: io::Error| io::Error::new(error.kind(), format!("{what}: {error}"));
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None).map_err(context("socket"))?;
    listener.bind(&address.into()).map_err(context("bind"))?;
    listener.listen(backlog).map_err(context("listen"))?;
    Ok(listener)
}
