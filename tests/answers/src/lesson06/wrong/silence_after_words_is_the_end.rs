//! Once something was heard, a timeout is the end.
//!
//! says: fell silent. recv failed with

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
                if !heard.is_empty() && error.kind() == ErrorKind::WouldBlock {
                    break;
                }
                return Err(error);
            }
        }
    }
    Ok(heard)
}
