//! White space at the end is nothing, it thinks.
//!
//! says: What bytes mean is for the caller

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
    }
    let heard = heard.trim_ascii_end().to_vec();
    Ok(heard)
}
