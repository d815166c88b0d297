//! Returns nothing, and no error, after a reset.
//!
//! says: The client broke off, and your function says that all is well

use std::io::{self, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    stream.shutdown(Shutdown::Write)?;
    let mut heard = Vec::new();
    match (&stream).read_to_end(&mut heard) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => Ok(Vec::new()),
        Err(error) => Err(error),
        Ok(_) => Ok(heard),
    }
}
