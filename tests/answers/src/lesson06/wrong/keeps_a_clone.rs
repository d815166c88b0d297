//! Does everything right, and keeps a clone of the socket for ever.
//!
//! says: somebody still holds a clone of a socket

use std::io::{self, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    std::mem::forget(stream.try_clone()?);
    stream.shutdown(Shutdown::Write)?;
    let mut heard = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        let received = (&stream).read(&mut buffer)?;
        if received == 0 {
            break;
        }
        heard.extend_from_slice(&buffer[..received]);
    }
    Ok(heard)
}
