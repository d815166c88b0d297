//! read_exact with a timeout, and the right word for it; but the timeout is for each of its calls.
//!
//! says: A timeout is for one recv, and each byte begins it anew

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
    stream.read_exact(&mut message).map_err(|error| match error.kind() {
        ErrorKind::WouldBlock => ErrorKind::TimedOut.into(),
        _ => error,
    })?;
    Ok(message)
}

pub fn connect_within(server: SocketAddr, limit: Duration) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    socket.connect_timeout(&server.into(), limit)?;
    Ok(socket)
}
