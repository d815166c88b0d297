//! It stops at a line with a dot, as mail does.
//!
//! says: No word and no line is the end

use std::io::{self, Read};
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
            Err(error) => return Err(error),
        }
        if heard.ends_with(b".\r\n") {
            break;
        }
    }
    Ok(heard)
}
