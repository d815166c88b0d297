//! Rust's own TcpListener sets SO_REUSEADDR, on Unix only; a Socket can be made of it.

use std::io;
use std::net::{SocketAddr, TcpListener};

use socket2::Socket;

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    TcpListener::bind(address).map(Socket::from)
}
