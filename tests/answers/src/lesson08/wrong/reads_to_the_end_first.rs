//! Reads everything before it echoes anything.
//!
//! says: The client waited 2 s for its echo and gave up. Send back what one recv brings before you ask for more.

use std::io::{self, ErrorKind, Read, Write};

use lesson08_disconnect::Farewell;
use socket2::Socket;

pub fn echo_until_gone(stream: &Socket) -> io::Result<(usize, Farewell)> {
    let mut stream = stream;
    let mut all = Vec::new();
    match stream.read_to_end(&mut all) {
        Ok(_) => {
            stream.write_all(&all)?;
            Ok((all.len(), Farewell::Closed))
        }
        Err(error) if error.kind() == ErrorKind::ConnectionReset => Ok((0, Farewell::Reset)),
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok((0, Farewell::Silent)),
        Err(error) => Err(error),
    }
}
