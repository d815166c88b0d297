//! Reads line by line, but the client never ends a line.
//!
//! says: The client waited 2 s for its echo and gave up. Send back what one recv brings before you ask for more.

use std::io::{self, BufRead, BufReader, ErrorKind, Write};

use lesson08_disconnect::Farewell;
use socket2::Socket;

pub fn echo_until_gone(stream: &Socket) -> io::Result<(usize, Farewell)> {
    let mut lines = BufReader::new(stream);
    let mut echoed = 0;
    loop {
        let mut line = Vec::new();
        match lines.read_until(b'\n', &mut line) {
            Ok(0) => return Ok((echoed, Farewell::Closed)),
            Ok(received) => {
                let mut stream = stream;
                stream.write_all(&line)?;
                echoed += received;
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return Ok((echoed, Farewell::Reset)),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok((echoed, Farewell::Silent)),
            Err(error) => return Err(error),
        }
    }
}
