//! Takes 0 for a reset.
//!
//! says: This client ended in good order: nothing was refused, and nothing was reset

use std::io::{self, ErrorKind, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    stream.shutdown(Shutdown::Write)?;
    let mut buffer = [0; 1024];
    loop {
        let received = (&stream).read(&mut buffer)?;
        if received == 0 {
            return Err(ErrorKind::ConnectionReset.into());
        }
    }
}
