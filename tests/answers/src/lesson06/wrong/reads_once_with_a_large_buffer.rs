//! Hopes that a large buffer brings everything in one recv.
//!
//! says: The rest of the answer lies unread in the socket

use std::io::{self, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    stream.shutdown(Shutdown::Write)?;
    let mut buffer = vec![0; 1 << 20];
    let received = (&stream).read(&mut buffer)?;
    buffer.truncate(received);
    Ok(buffer)
}
