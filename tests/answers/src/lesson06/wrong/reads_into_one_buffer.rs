//! Reads on until 0, but never more than one buffer holds.
//!
//! says: That is not all of it

use std::io::{self, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    stream.shutdown(Shutdown::Write)?;
    let mut buffer = [0; 1024];
    let mut filled = 0;
    loop {
        match (&stream).read(&mut buffer[filled..])? {
            0 => return Ok(buffer[..filled].to_vec()),
            received => filled += received,
        }
    }
}
