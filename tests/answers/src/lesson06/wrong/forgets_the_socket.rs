//! Reads nothing and never lets the socket go.
//!
//! says: The client never saw the end: it waited for it 2 s

use std::io;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    std::mem::forget(stream);
    Ok(Vec::new())
}
