//! Sets a read timeout of its own, shorter than the caller's.
//!
//! says: The stream has another read timeout

use std::io::{self, ErrorKind, Read, Write};
use std::time::Duration;

use lesson08_disconnect::Farewell;
use socket2::Socket;

pub fn echo_until_gone(stream: &Socket) -> io::Result<(usize, Farewell)> {
    stream.set_read_timeout(Some(Duration::from_millis(50)))?;
    let mut stream = stream;
    let mut buffer = [0; 1024];
    let mut echoed = 0;
    loop {
        let result = stream.read(&mut buffer);
        match result {
            Ok(0) => return Ok((echoed, Farewell::Closed)),
            Ok(received) => {
                if let Err(error) = stream.write_all(&buffer[..received]) {
                    return match error.kind() {
                        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => Ok((echoed, Farewell::Reset)),
                        _ => Err(error),
                    };
                }
                echoed += received;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return Ok((echoed, Farewell::Reset)),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return Ok((echoed, Farewell::Silent));
            }
            Err(error) => return Err(error),
        }
    }
}
