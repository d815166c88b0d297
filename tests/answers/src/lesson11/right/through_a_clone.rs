//! With std's TcpStream, which is a clone here; std refuses a timeout of 0. And with the timeout of send, which on Linux is
//! that of connect.

use std::io::{self, ErrorKind, Read};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use lesson11_deadlines::is_nonblocking;
use socket2::{Domain, Socket, Type};

pub fn receive_within(stream: &Socket, count: usize, limit: Duration) -> io::Result<Vec<u8>> {
    if limit < Duration::from_millis(1) {
        return Err(ErrorKind::InvalidInput.into());
    }
    let clone = TcpStream::from(stream.try_clone()?);
    let (timeout, nonblocking) = (clone.read_timeout()?, is_nonblocking(stream)?);
    clone.set_nonblocking(false)?;
    let received = receive(&clone, count, limit);
    clone.set_nonblocking(nonblocking)?;
    clone.set_read_timeout(timeout)?;
    received
}

fn receive(mut clone: &TcpStream, count: usize, limit: Duration) -> io::Result<Vec<u8>> {
    let begin = Instant::now();
    let mut message = vec![0; count];
    let mut empty = &mut message[..];
    while !empty.is_empty() {
        match limit.saturating_sub(begin.elapsed()) {
            Duration::ZERO => return Err(ErrorKind::TimedOut.into()),
            left => clone.set_read_timeout(Some(left.max(Duration::from_micros(1))))?,
        }
        match clone.read(empty) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(received) => empty = &mut empty[received..],
            Err(error) if error.kind() == ErrorKind::WouldBlock || error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(message)
}

pub fn connect_within(server: SocketAddr, limit: Duration) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    socket.set_write_timeout(Some(limit))?;
    match socket.connect(&server.into()) {
        Err(error) if error.raw_os_error() == Some(115) => return Err(ErrorKind::TimedOut.into()),
        other => other?,
    }
    socket.set_write_timeout(None)?;
    Ok(socket)
}
