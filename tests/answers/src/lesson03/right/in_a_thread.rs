//! Another thread opens it, and is joined.

use std::io;
use std::net::SocketAddr;
use std::thread;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    thread::spawn(move || open(address, backlog)).join().unwrap()
}

fn open(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    match listener.bind(&address.into()).and_then(|()| listener.listen(backlog)) {
        Err(error) => Err(error),
        Ok(()) => Ok(listener),
    }
}
