//! A thread watches over the connection for ever.
//!
//! says: a thread that it started still runs

use std::io;
use std::net::SocketAddr;
use std::thread;

use socket2::{Domain, Socket, Type};

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    let clone = client.try_clone()?;
    thread::spawn(move || clone.peek(&mut [std::mem::MaybeUninit::uninit(); 1]));
    Ok(client)
}

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    (0..count).map(|_| listener.accept().map(|(stream, peer)| (stream, peer.as_socket().unwrap()))).collect()
}
