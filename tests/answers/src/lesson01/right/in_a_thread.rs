//! Another thread makes it, and is joined.

use std::io;
use std::net::SocketAddr;
use std::thread;

use socket2::{Domain, Protocol, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    println!("a socket for {address}");
    thread::spawn(move || Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))).join().unwrap()
}
