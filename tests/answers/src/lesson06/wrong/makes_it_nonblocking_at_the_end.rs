//! It leaves the socket nonblocking.
//!
//! says: The socket that you closed has another blocking mode

use std::io::{self, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    stream.shutdown(Shutdown::Write)?;
    let mut heard = Vec::new();
    (&stream).read_to_end(&mut heard)?;
    stream.set_nonblocking(true)?;
    Ok(heard)
}
