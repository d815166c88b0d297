//! Hands on the error of a send to a client that has left.
//!
//! says: The client was gone, and a send of yours said so, by BrokenPipe: write_all can find that out as well as

use std::io::{self, ErrorKind, Read, Write};

use lesson08_disconnect::Farewell;
use socket2::Socket;

// ANCHOR: bug
pub fn echo_until_gone(stream: &Socket) -> io::Result<(usize, Farewell)> {
    let mut stream = stream;
    let mut buffer = [0; 1024];
    let mut echoed = 0;
    loop {
        let result = stream.read(&mut buffer);
        match result {
            Ok(0) => return Ok((echoed, Farewell::Closed)),
            Ok(received) => {
                stream.write_all(&buffer[..received])?;
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
// ANCHOR_END: bug
