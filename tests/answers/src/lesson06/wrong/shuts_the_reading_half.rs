//! Shuts the half in which it hears.
//!
//! says: Your function shut the half in which it hears

use std::io::{self, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    stream.shutdown(Shutdown::Read)?;
    let mut heard = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        let received = (&stream).read(&mut buffer)?;
        if received == 0 {
            break;
        }
        heard.extend_from_slice(&buffer[..received]);
    }
    Ok(heard)
}
