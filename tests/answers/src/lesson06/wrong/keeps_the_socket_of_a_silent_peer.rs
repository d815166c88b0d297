//! When its time runs out, the socket is never dropped.
//!
//! says: the socket that it was given is still open

use std::io::{self, ErrorKind, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    stream.shutdown(Shutdown::Write)?;
    let mut heard = Vec::new();
    match (&stream).read_to_end(&mut heard) {
        Err(error) if error.kind() == ErrorKind::WouldBlock => {
            Box::leak(Box::new(stream));
            Err(error)
        }
        read => read.map(|_| heard),
    }
}
