//! Finds out by MSG_PEEK that the client has closed, and gives up on it.
//!
//! says: The client had said "good night"

use std::io::{self, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    stream.set_nonblocking(true)?;
    let closed = matches!(std::net::TcpStream::from(stream.try_clone()?).peek(&mut [0; 64]), Ok(_));
    stream.set_nonblocking(false)?;
    if closed {
        return Ok(Vec::new());
    }
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
