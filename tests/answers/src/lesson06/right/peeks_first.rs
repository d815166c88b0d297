//! Looks before it takes.

use std::io::{self, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    stream.shutdown(Shutdown::Write)?;
    let mut heard = Vec::new();
    loop {
        let mut look = [std::mem::MaybeUninit::uninit(); 512];
        let there = stream.peek(&mut look)?;
        if there == 0 {
            return Ok(heard);
        }
        let mut buffer = vec![0; there];
        (&stream).read_exact(&mut buffer)?;
        heard.append(&mut buffer);
    }
}
