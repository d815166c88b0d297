//! A thread reads, and nobody waits for it when the time is over.
//!
//! says: a thread that it started still runs

use std::io::{self, ErrorKind, Read};
use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use lesson11_deadlines::is_nonblocking;
use socket2::{Domain, Socket, Type};

pub fn receive_within(stream: &Socket, count: usize, limit: Duration) -> io::Result<Vec<u8>> {
    if limit < Duration::from_millis(1) {
        return Err(ErrorKind::InvalidInput.into());
    }
    let nonblocking = is_nonblocking(stream)?;
    let timeout = stream.read_timeout()?;
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(None)?;
    let (mut clone, (give, take)) = (stream.try_clone()?, mpsc::channel());
    thread::spawn(move || {
        let mut message = vec![0; count];
        let result = clone.read_exact(&mut message);
        drop(clone);
        let _ = give.send(result.map(|()| message));
    });
    let received = take.recv_timeout(limit).unwrap_or(Err(ErrorKind::TimedOut.into()));
    stream.set_read_timeout(timeout)?;
    stream.set_nonblocking(nonblocking)?;
    received
}

pub fn connect_within(server: SocketAddr, limit: Duration) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    socket.connect_timeout(&server.into(), limit)?;
    Ok(socket)
}
