//! Each accept in a thread of its own, one after another; connect in a scope, on a clone.

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    let mut clients = Vec::new();
    for _ in 0..count {
        let one = std::thread::scope(|threads| threads.spawn(|| listener.accept()).join().unwrap())?;
        clients.push((one.0, one.1.as_socket().unwrap()));
    }
    Ok(clients)
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    std::thread::scope(|threads| threads.spawn(|| client.try_clone()?.connect(&server.into())).join().unwrap())?;
    Ok(client)
}
