//! The linger time of its owner is lost.
//!
//! says: The socket that you closed has another linger time

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
    stream.set_linger(None)?;
    Ok(heard)
}
