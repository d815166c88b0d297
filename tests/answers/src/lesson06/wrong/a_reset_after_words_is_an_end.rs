//! Once something was heard, an error is the end.
//!
//! says: The client broke off, and your function says that all is well

use std::io::{self, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    stream.shutdown(Shutdown::Write)?;
    let mut heard = Vec::new();
    match (&stream).read_to_end(&mut heard) {
        Err(error) if heard.is_empty() => Err(error),
        _ => Ok(heard),
    }
}
