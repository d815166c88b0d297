//! Reads into a Vec that has room, but no length.
//!
//! says: (A read into a buffer of length 0 gives 0 as well, and that is not the end

use std::io::{self, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    stream.shutdown(Shutdown::Write)?;
    let mut heard = Vec::new();
    let mut buffer = Vec::with_capacity(1024);
    loop {
        let received = (&stream).read(&mut buffer)?;
        if received == 0 {
            return Ok(heard);
        }
        heard.extend_from_slice(&buffer[..received]);
    }
}
