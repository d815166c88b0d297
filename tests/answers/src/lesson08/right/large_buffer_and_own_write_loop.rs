//! A buffer larger than all that comes, and write in a loop of its own.

use std::io::{self, ErrorKind, Read};

use lesson08_disconnect::Farewell;
use socket2::Socket;

pub fn echo_until_gone(stream: &Socket) -> io::Result<(usize, Farewell)> {
    let mut buffer = vec![0; 1 << 18];
    let mut total = 0;
    let error = loop {
        let received = match (&mut &*stream).read(&mut buffer) {
            Ok(received) => received,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => break error,
        };
        if received == 0 {
            return Ok((total, Farewell::Closed));
        }
        let mut rest = &buffer[..received];
        while !rest.is_empty() {
            match stream.send(rest) {
                Ok(sent) => rest = &rest[sent..],
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // It has left without its echo.
                Err(_) => return Ok((total, Farewell::Reset)),
            }
        }
        total += received;
    };
    if error.kind() == ErrorKind::ConnectionReset {
        Ok((total, Farewell::Reset))
    } else if error.kind() == ErrorKind::WouldBlock || error.kind() == ErrorKind::TimedOut {
        Ok((total, Farewell::Silent))
    } else {
        Err(error)
    }
}
