//! A BufWriter keeps the echo until it is flushed.
//!
//! says: The client waited 2 s for its echo and gave up. Send back what one recv brings before you ask for more.

use std::io::{self, BufWriter, ErrorKind, Read, Write};

use lesson08_disconnect::Farewell;
use socket2::Socket;

pub fn echo_until_gone(stream: &Socket) -> io::Result<(usize, Farewell)> {
    let mut writer = BufWriter::new(stream);
    let mut reader = stream;
    let mut buffer = [0; 512];
    let mut echoed = 0;
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok((echoed, Farewell::Closed)),
            Ok(received) => {
                writer.write_all(&buffer[..received])?;
                echoed += received;
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return Ok((echoed, Farewell::Reset)),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok((echoed, Farewell::Silent)),
            Err(error) => return Err(error),
        }
    }
}
