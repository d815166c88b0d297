//! Takes one recv for the whole answer.
//!
//! says: The rest of the answer lies unread in the socket

use std::io::{self, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    stream.shutdown(Shutdown::Write)?;
    let mut buffer = [0; 1024];
    let received = (&stream).read(&mut buffer)?;
    Ok(buffer[..received].to_vec())
}
