//! Lets the standard library do it all: create and connect.
//!
//! says: It is connected to server already
use std::io;
use std::net::SocketAddr;

use socket2::Socket;

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    std::net::TcpStream::connect(address).map(Socket::from)
}
