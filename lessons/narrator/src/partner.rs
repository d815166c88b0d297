//! The other side, where an exercise needs one: it does what lessons have shown before, and never waits long.

use std::io::{self, ErrorKind, Read};
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};

use crate::{LOOPBACK, local_address};

/// How long a partner waits for the learner's code before it gives up.
pub const PATIENCE: Duration = Duration::from_secs(2);

/// A listener on loopback, and its address.
///
/// # Errors
/// Those of `socket(2)`, `bind(2)` and `listen(2)`.
pub fn listen(backlog: i32) -> io::Result<(Socket, SocketAddr)> {
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    listener.bind(&LOOPBACK.into())?;
    listener.listen(backlog)?;
    let address = local_address(&listener)?;
    Ok((listener, address))
}

/// A client connected to the server, and its address. It waits at most 2 s for anything that it reads or writes.
///
/// # Errors
/// Those of `connect(2)`: `ConnectionRefused` (ECONNREFUSED) where nobody listens, `TimedOut` where nobody answers.
pub fn connect(server: SocketAddr) -> io::Result<(Socket, SocketAddr)> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect_timeout(&server.into(), PATIENCE)?;
    client.set_read_timeout(Some(PATIENCE))?;
    client.set_write_timeout(Some(PATIENCE))?;
    let address = local_address(&client)?;
    Ok((client, address))
}

/// The next client in the listener's queue, if one is there. It does not wait: who has connected is there by now.
///
/// # Errors
/// Those of `accept(2)`; an empty queue is none.
pub fn next_client(listener: &Socket) -> io::Result<Option<(Socket, SocketAddr)>> {
    listener.set_nonblocking(true)?;
    let next = listener.accept();
    listener.set_nonblocking(false)?;
    match next {
        Ok((stream, peer)) => {
            // Not on Linux, but elsewhere the new socket takes this over from the listener (accept(2)).
            stream.set_nonblocking(false)?;
            Ok(peer.as_socket().map(|peer| (stream, peer)))
        }
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
        Err(error) => Err(error),
    }
}

/// The next client, for which it waits at most 2 s.
///
/// # Errors
/// Those of `accept(2)`; that nobody came is none.
pub fn wait_for_client(listener: &Socket) -> io::Result<Option<(Socket, SocketAddr)>> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match next_client(listener)? {
            None if Instant::now() < deadline => thread::yield_now(),
            next => return Ok(next),
        }
    }
}

/// What one recv brings, as a quoted text; it waits at most 2 s.
///
/// # Errors
/// Those of `recv(2)`; `WouldBlock` (on Windows `TimedOut`) when nothing came.
pub fn hear(mut stream: &Socket) -> io::Result<String> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut buffer = [0; 1024];
    let received = stream.read(&mut buffer)?;
    Ok(format!("{:?}", String::from_utf8_lossy(&buffer[..received])))
}
