//! Asks again and again by calls that do not wait (MSG_DONTWAIT), until its owner's time has run out.

use std::io::{self, ErrorKind, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    stream.shutdown(Shutdown::Write)?;
    let patience = stream.read_timeout()?;
    let mut since = std::time::Instant::now();
    let mut heard = Vec::new();
    loop {
        let mut look = [std::mem::MaybeUninit::uninit(); 1];
        match stream.recv_with_flags(&mut look, 0x42) {
            Err(e) if e.kind() == ErrorKind::WouldBlock && patience.is_none_or(|p| since.elapsed() < p) => {
                std::thread::yield_now();
                continue;
            }
            Err(e) => return Err(e),
            Ok(_) => {}
        }
        let mut buffer = [0; 5000];
        let n = (&stream).read(&mut buffer)?;
        if n == 0 {
            return Ok(heard);
        }
        heard.extend(&buffer[..n]);
        since = std::time::Instant::now();
    }
}
