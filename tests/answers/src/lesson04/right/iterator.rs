//! The same with an iterator that stops at the first error, and with the standard library's connect.

use std::io;
use std::net::{SocketAddr, TcpStream};

use socket2::Socket;

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    let accept = |_| {
        let (stream, peer) = listener.accept()?;
        let peer = peer.as_socket().ok_or_else(|| io::Error::other("not an internet address"))?;
        Ok((stream, peer))
    };
    (0..count).map(accept).collect()
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    TcpStream::connect(server).map(Socket::from)
}
