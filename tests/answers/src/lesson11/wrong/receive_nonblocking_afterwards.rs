//! Asks again and again on a nonblocking stream, and leaves it so.
//!
//! says: The stream has another blocking mode (O_NONBLOCK): nonblocking, and blocking before

use std::io::{self, ErrorKind, Read};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};

pub fn receive_within(mut stream: &Socket, count: usize, limit: Duration) -> io::Result<Vec<u8>> {
    if limit < Duration::from_millis(1) {
        return Err(ErrorKind::InvalidInput.into());
    }
    stream.set_nonblocking(true)?;
    let begin = Instant::now();
    let mut message = vec![0; count];
    let mut filled = 0;
    while filled < count {
        match stream.read(&mut message[filled..]) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(received) => filled += received,
            Err(error) if error.kind() == ErrorKind::WouldBlock && begin.elapsed() < limit => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Err(ErrorKind::TimedOut.into()),
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
