//! Takes a recv that does not fill the buffer for the last one.
//!
//! says: The rest of the answer lies unread in the socket

use std::io::{self, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    stream.shutdown(Shutdown::Write)?;
    let mut heard = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        let received = (&stream).read(&mut buffer)?;
        heard.extend_from_slice(&buffer[..received]);
        if received < buffer.len() {
            return Ok(heard);
        }
    }
}
