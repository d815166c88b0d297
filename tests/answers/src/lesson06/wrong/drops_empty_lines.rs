//! Lines without a word are left out.
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
    while let Some(at) = heard.windows(2).position(|w| w == b"\n\n") {
        heard.remove(at);
    }
    Ok(heard)
}
