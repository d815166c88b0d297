//! Closes both directions at once.
//!
//! says: Your function closed the socket at once

use std::io;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    drop(stream);
    Ok(Vec::new())
}
