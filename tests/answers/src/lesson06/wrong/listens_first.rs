//! Hears the client out before it says that it is done: both wait.
//!
//! says: The client never saw the end: it waited for it 2 s

use std::io::{self, Read};
use std::net::Shutdown;

use socket2::Socket;

// ANCHOR: bug
pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    let mut heard = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        let received = (&stream).read(&mut buffer)?;
        if received == 0 {
            break;
        }
        heard.extend_from_slice(&buffer[..received]);
    }
    stream.shutdown(Shutdown::Write)?;
    Ok(heard)
}
// ANCHOR_END: bug
