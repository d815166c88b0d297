//! Your turn: deadlines. Chapter 11 of the book says what it is for, and what is new in Rust.
//! The small print, as in every exercise: a function does what its contract says, and nothing else ("Before you begin").

use std::io::{self, ErrorKind, Read};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use lesson11_deadlines::is_nonblocking;
use socket2::{Domain, Socket, Type};

/// The shortest limit, and the shortest timeout: one of 0 would be none.
const SHORTEST: Duration = Duration::from_millis(1);

/// Receives exactly `count` bytes, all of them within `limit`, and returns them. 0 bytes: `Ok`, at once. Nothing behind them
/// is taken from the stream.
///
/// The limit is over: `TimedOut`, whatever recv's own word for it. The peer ends before: `UnexpectedEof`. A limit below 1 ms
/// is `InvalidInput`; the longest is `Duration::MAX`. An interrupted call is made again; any other error is handed on.
///
/// A timeout or a nonblocking mode that the stream has does not count, and is as it was afterwards, also after an error.
pub fn receive_within(stream: &Socket, count: usize, limit: Duration) -> io::Result<Vec<u8>> {
    if limit < SHORTEST {
        return Err(ErrorKind::InvalidInput.into());
    }
    let (timeout, nonblocking) = (stream.read_timeout()?, is_nonblocking(stream)?);
    stream.set_nonblocking(false)?;
    let received = receive(stream, count, limit);
    // Whatever came of it, so without `?` before here.
    stream.set_read_timeout(timeout)?;
    stream.set_nonblocking(nonblocking)?;
    received
}

/// The same, with a blocking stream whose timeout may be changed.
fn receive(mut stream: &Socket, count: usize, limit: Duration) -> io::Result<Vec<u8>> {
    // Not a point in time: with the longest limit there is none so late.
    let begin = Instant::now();
    let mut message = vec![0; count];
    let mut received = 0;
    while received < count {
        let left = limit.saturating_sub(begin.elapsed());
        if left.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(left.max(SHORTEST)))?;
        match stream.read(&mut message[received..]) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) => received += count,
            // How much time is left is looked at above.
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(message)
}

/// Connects to the server within `limit`. The socket that it returns is connected, blocking, and without a timeout.
///
/// The limit is over: `TimedOut`. Otherwise the caller gets connect's own error, and no socket is left behind.
pub fn connect_within(server: SocketAddr, limit: Duration) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    // Nonblocking only while it connects, which it says by TimedOut.
    socket.connect_timeout(&server.into(), limit)?;
    Ok(socket)
}
