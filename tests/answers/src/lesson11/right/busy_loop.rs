//! Never waits in a call: asks again and again until the time is over, the slow way.

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
    let nonblocking = is_nonblocking(stream)?;
    stream.set_nonblocking(true)?;
    let received = receive(stream, count, limit);
    stream.set_nonblocking(nonblocking)?;
    received
}

fn receive(mut stream: &Socket, count: usize, limit: Duration) -> io::Result<Vec<u8>> {
    let begin = Instant::now();
    let mut message = vec![0; count];
    let mut filled = 0;
    while filled < count {
        match stream.read(&mut message[filled..]) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(received) => filled += received,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => thread::yield_now(),
            Err(error) => return Err(error),
        }
        if filled < count && begin.elapsed() >= limit {
            return Err(ErrorKind::TimedOut.into());
        }
    }
    Ok(message)
}

pub fn connect_within(server: SocketAddr, limit: Duration) -> io::Result<Socket> {
    let begin = Instant::now();
    let socket = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    if let Err(error) = socket.connect(&server.into())
        && error.kind() != ErrorKind::WouldBlock
        && error.raw_os_error() != Some(115)
    {
        return Err(error);
    }
    while socket.peer_addr().is_err() {
        if let Some(error) = socket.take_error()? {
            return Err(error);
        }
        if begin.elapsed() >= limit {
            return Err(ErrorKind::TimedOut.into());
        }
        thread::yield_now();
    }
    socket.set_nonblocking(false)?;
    Ok(socket)
}
