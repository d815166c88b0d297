//! A thread keeps a clone, and sleeps.
//!
//! says: a thread that it started still runs

use std::io;
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    let clone = socket.try_clone()?;
    thread::spawn(move || {
        thread::sleep(Duration::from_secs(4));
        drop(clone);
    });
    Ok(socket)
}
