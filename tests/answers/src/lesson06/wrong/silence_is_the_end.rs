//! When its time runs out it returns what it has.
//!
//! says: recv's time ran out, and your function says that all is well

use std::io::{self, ErrorKind, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    stream.shutdown(Shutdown::Write)?;
    let mut heard = Vec::new();
    match (&stream).read_to_end(&mut heard) {
        Err(error) if error.kind() != ErrorKind::WouldBlock => Err(error),
        _ => Ok(heard),
    }
}
