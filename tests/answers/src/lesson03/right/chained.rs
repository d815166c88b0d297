//! A chain in place of three lines with `?`.

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    Socket::new(Domain::for_address(address), Type::STREAM, None).and_then(|socket| {
        socket.bind(&address.into())?;
        socket.listen(backlog).map(|()| socket)
    })
}
