//! Lets the standard library do it all: create, bind and listen.
//!
//! says: AddrInUse is an error of bind
use std::io;
use std::net::SocketAddr;

use socket2::Socket;

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    std::net::TcpListener::bind(address).map(Socket::from)
}
