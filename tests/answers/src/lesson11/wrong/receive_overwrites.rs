//! Each recv begins at the front of the buffer.
//!
//! says: These are not the bytes that the client sent

use std::io::{self, ErrorKind, Read};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

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
    let begin = Instant::now();
    let mut message = vec![0; count];
    let mut received = 0;
    while received < count {
        let left = limit.saturating_sub(begin.elapsed());
        if left.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(left.max(Duration::from_millis(1))))?;
        let room = count - received;
        match stream.read(&mut message[..room]) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) => received += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(message)
}

pub fn connect_within(server: SocketAddr, limit: Duration) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    socket.connect_timeout(&server.into(), limit)?;
    Ok(socket)
}
