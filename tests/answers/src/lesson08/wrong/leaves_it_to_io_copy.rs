//! Io::copy echoes well, but loses the count when it fails.
//!
//! says: How it went is right, but not the count: what was echoed before the reset counts all the same.

use std::io::{self, ErrorKind};

use lesson08_disconnect::Farewell;
use socket2::Socket;

pub fn echo_until_gone(stream: &Socket) -> io::Result<(usize, Farewell)> {
    let (mut from, mut to) = (stream, stream);
    match io::copy(&mut from, &mut to) {
        Ok(count) => Ok((count as usize, Farewell::Closed)),
        Err(error) => match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => Ok((0, Farewell::Silent)),
            ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => Ok((0, Farewell::Reset)),
            _ => Err(error),
        },
    }
}
