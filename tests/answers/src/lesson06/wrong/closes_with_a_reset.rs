//! Takes a linger time of 0 for a quick goodbye.
//!
//! says: Your function closed the socket before it had heard the client

use std::io;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    stream.set_linger(Some(std::time::Duration::ZERO))?;
    Ok(Vec::new())
}
