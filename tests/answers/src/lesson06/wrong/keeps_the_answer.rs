//! Hears the client out and returns nothing of it.
//!
//! says: Your function heard the client out and kept the answer

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
        heard.extend_from_slice(&buffer[..received]);
    }
    let _ = heard.len();
    Ok(Vec::new())
}
