//! A clone of the listener is a TcpListener, and the client is a TcpStream.

use std::io;
use std::net::SocketAddr;

use socket2::Socket;

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    let listener: std::net::TcpListener = listener.try_clone()?.into();
    (0..count).map(|_| listener.accept().map(|(stream, peer)| (stream.into(), peer))).collect()
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    std::net::TcpStream::connect(server).map(Socket::from)
}
