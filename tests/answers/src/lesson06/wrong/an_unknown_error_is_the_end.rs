//! Only the errors that it knows are errors.
//!
//! says: recv failed with ConnectionRefused

use std::io::{self, ErrorKind, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    stream.shutdown(Shutdown::Write)?;
    let mut heard: Vec<u8> = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        match (&stream).read(&mut buffer) {
            Ok(0) => break,
            Ok(received) => heard.extend_from_slice(&buffer[..received]),
            Err(error) => {
                if !matches!(
                    error.kind(),
                    ErrorKind::ConnectionReset | ErrorKind::WouldBlock | ErrorKind::NotConnected | ErrorKind::TimedOut
                ) {
                    break;
                }
                return Err(error);
            }
        }
    }
    Ok(heard)
}
