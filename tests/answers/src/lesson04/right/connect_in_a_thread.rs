//! Another thread connects, and is joined.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::thread;

use socket2::{Socket};

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    thread::spawn(move || TcpStream::connect(server)).join().unwrap().map(Socket::from)
}

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    (0..count).map(|_| listener.accept().map(|(stream, peer)| (stream, peer.as_socket().unwrap()))).collect()
}
