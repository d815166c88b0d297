//! The deadline is in a reader of its own, so that `read_exact` may be used; and a drop sets the stream back. The
//! connection is made by std.

use std::io::{self, ErrorKind, Read};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use lesson11_deadlines::is_nonblocking;
use socket2::Socket;

pub fn receive_within(stream: &Socket, count: usize, limit: Duration) -> io::Result<Vec<u8>> {
    if limit < Duration::from_millis(1) {
        return Err(ErrorKind::InvalidInput.into());
    }
    let mut message = vec![0; count];
    let _settings = Settings::taken(stream)?;
    WithDeadline { stream, begin: Instant::now(), limit }.read_exact(&mut message)?;
    Ok(message)
}

struct WithDeadline<'a> {
    stream: &'a Socket,
    begin: Instant,
    limit: Duration,
}

impl Read for WithDeadline<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.limit.checked_sub(self.begin.elapsed()).ok_or(ErrorKind::TimedOut)?;
        self.stream.set_read_timeout(Some(left.max(Duration::from_micros(1))))?;
        self.stream.read(buffer).map_err(|error| match error.kind() {
            ErrorKind::WouldBlock => ErrorKind::TimedOut.into(),
            _ => error,
        })
    }
}

struct Settings<'a> {
    stream: &'a Socket,
    timeout: Option<Duration>,
    nonblocking: bool,
}

impl<'a> Settings<'a> {
    fn taken(stream: &'a Socket) -> io::Result<Self> {
        let settings = Self { stream, timeout: stream.read_timeout()?, nonblocking: is_nonblocking(stream)? };
        stream.set_nonblocking(false)?;
        Ok(settings)
    }
}

impl Drop for Settings<'_> {
    fn drop(&mut self) {
        let _ = self.stream.set_read_timeout(self.timeout);
        let _ = self.stream.set_nonblocking(self.nonblocking);
    }
}

pub fn connect_within(server: SocketAddr, limit: Duration) -> io::Result<Socket> {
    TcpStream::connect_timeout(&server, limit).map(Socket::from)
}
