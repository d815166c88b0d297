//! What is no text is an error.
//!
//! says: finish returned this error where it should succeed

use std::io::{self, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    stream.shutdown(Shutdown::Write)?;
    let mut heard = String::new();
    (&stream).read_to_string(&mut heard)?;
    Ok(heard.into_bytes())
}
