//! What has come is counted, whether or not it could be sent back.
//!
//! says: The very first send failed, so nothing was sent back

use std::io::{self, ErrorKind, Read, Write};

use lesson08_disconnect::Farewell;
use socket2::Socket;

pub fn echo_until_gone(stream: &Socket) -> io::Result<(usize, Farewell)> {
    let mut buffer = [0; 512];
    let mut echoed = 0;
    loop {
        let once = (&*stream).read(&mut buffer).and_then(|received| {
            echoed += received;
            (&*stream).write_all(&buffer[..received])?;
            Ok(received)
        });
        match once {
            Ok(0) => return Ok((echoed, Farewell::Closed)),
            Ok(_) => {}
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut => return Ok((echoed, Farewell::Silent)),
                ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => return Ok((echoed, Farewell::Reset)),
                ErrorKind::Interrupted => {}
                _ => return Err(error),
            },
        }
    }
}
