//! One recv, and what it gave.
//!
//! says: one recv gives what is there

use std::io::{self, ErrorKind, Read};
use std::net::SocketAddr;
use std::time::Duration;

use lesson11_deadlines::is_nonblocking;
use socket2::{Domain, Socket, Type};

pub fn receive_within(stream: &Socket, count: usize, limit: Duration) -> io::Result<Vec<u8>> {
    if limit < Duration::from_millis(1) {
        return Err(ErrorKind::InvalidInput.into());
    }
    let timeout = stream.read_timeout()?;
    let nonblocking = is_nonblocking(stream)?;
    stream.set_nonblocking(false)?;
    let received = receive(stream, count, limit);
    stream.set_nonblocking(nonblocking)?;
    stream.set_read_timeout(timeout)?;
    received
}

fn receive(mut stream: &Socket, count: usize, limit: Duration) -> io::Result<Vec<u8>> {
    let mut message = vec![0; count];
    stream.set_read_timeout(Some(limit))?;
    let received = stream.read(&mut message)?;
    message.truncate(received);
    Ok(message)
}

pub fn connect_within(server: SocketAddr, limit: Duration) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    socket.connect_timeout(&server.into(), limit)?;
    Ok(socket)
}
