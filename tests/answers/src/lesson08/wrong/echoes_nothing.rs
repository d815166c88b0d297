//! Reads and counts, but never echoes.
//!
//! says: The client waited 2 s for its echo and gave up. Send back what one recv brings before you ask for more.

use std::io::{self, ErrorKind, Read};

use lesson08_disconnect::Farewell;
use socket2::Socket;

pub fn echo_until_gone(stream: &Socket) -> io::Result<(usize, Farewell)> {
    let mut stream = stream;
    let mut buffer = [0; 1024];
    let mut echoed = 0;
    loop {
        let result = stream.read(&mut buffer);
        match result {
            Ok(0) => return Ok((echoed, Farewell::Closed)),
            Ok(received) => {
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
