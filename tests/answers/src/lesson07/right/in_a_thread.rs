//! Another thread opens it, and is joined.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::thread;

use socket2::Socket;

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    thread::spawn(move || TcpListener::bind(address).map(Socket::from)).join().unwrap()
}
