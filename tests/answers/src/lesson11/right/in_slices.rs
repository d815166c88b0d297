//! Waits 10 ms at most in each recv, a byte at a time, and looks at the clock in between. The connection is made in a thread
//! of its own, which is joined.

use std::io::{self, ErrorKind, Read};
use std::net::SocketAddr;
use std::thread;
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
    let deadline = Instant::now().checked_add(limit);
    stream.set_read_timeout(Some(Duration::from_millis(10)))?;
    let mut message = Vec::new();
    while message.len() < count {
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Err(ErrorKind::TimedOut.into());
        }
        let mut byte = [0];
        match stream.read(&mut byte) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(_) => message.push(byte[0]),
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => {}
                _ => return Err(error),
            },
        }
    }
    Ok(message)
}

pub fn connect_within(server: SocketAddr, limit: Duration) -> io::Result<Socket> {
    let connects = thread::spawn(move || {
        let socket = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
        socket.connect_timeout(&server.into(), limit).map(|()| socket)
    });
    connects.join().map_err(|_| ErrorKind::Other)?
}
