//! A thread accepts on a clone, whoever comes.
//!
//! says: a thread that it started still runs

use std::io;
use std::net::SocketAddr;
use std::thread;

use socket2::{Domain, Socket, Type};

pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&address.into())?;
    listener.listen(backlog)?;
    let clone = listener.try_clone()?;
    thread::spawn(move || clone.accept());
    Ok(listener)
}
