//! read_to_end, and `let mut stream = stream`.

use std::io::{self, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    let mut stream = stream;
    stream.shutdown(Shutdown::Write)?;
    let mut heard = vec![];
    stream.read_to_end(&mut heard)?;
    drop(stream);
    Ok(heard)
}
