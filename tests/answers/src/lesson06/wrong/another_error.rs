//! Makes an error of its own out of every error.
//!
//! says: An error, but not the one that tells what happened

use std::io::{self, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    stream.shutdown(Shutdown::Write)?;
    let mut heard = Vec::new();
    (&stream).read_to_end(&mut heard).map_err(io::Error::other)?;
    Ok(heard)
}
