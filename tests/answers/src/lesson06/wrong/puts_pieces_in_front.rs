//! Puts each piece in front of those before it.
//!
//! says: These are not the bytes that the client sent

use std::io::{self, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    stream.shutdown(Shutdown::Write)?;
    let mut heard = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        let received = (&stream).read(&mut buffer)?;
        if received == 0 {
            break;
        }
        heard.splice(..0, buffer[..received].iter().copied());
    }
    Ok(heard)
}
