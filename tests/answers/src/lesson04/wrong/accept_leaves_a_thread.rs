//! A thread goes on holding a clone of the listener.
//!
//! says: a thread that it started still runs

use std::io;
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    let clone = listener.try_clone()?;
    thread::spawn(move || {
        thread::sleep(Duration::from_secs(4));
        drop(clone);
    });
    let mut clients = Vec::new();
    for _ in 0..count {
        let (stream, peer) = listener.accept()?;
        clients.push((stream, peer.as_socket().unwrap()));
    }
    Ok(clients)
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    Ok(client)
}
