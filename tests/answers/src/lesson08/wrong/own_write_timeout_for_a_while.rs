//! A write timeout of its own, taken away in the end.
//!
//! says: In the middle of the call the stream has another write timeout

use std::io::{self, ErrorKind, Read, Write};
use std::time::Duration;

use lesson08_disconnect::Farewell;
use socket2::Socket;

pub fn echo_until_gone(stream: &Socket) -> io::Result<(usize, Farewell)> {
    let before = stream.write_timeout()?;
    stream.set_write_timeout(Some(Duration::from_secs(9)))?;
    let mut buffer = [0; 4096];
    let mut echoed = 0;
    let result = loop {
        match echo_once(stream, &mut buffer) {
            Ok(0) => break Ok((echoed, Farewell::Closed)),
            Ok(count) => echoed += count,
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut => break Ok((echoed, Farewell::Silent)),
                ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
                    break Ok((echoed, Farewell::Reset));
                }
                ErrorKind::Interrupted => {}
                _ => break Err(error),
            },
        }
    };
    stream.set_write_timeout(before)?;
    result
}

fn echo_once(mut stream: &Socket, buffer: &mut [u8]) -> io::Result<usize> {
    let received = stream.read(buffer)?;
    if received == 0 {
        return Ok(0);
    }
    let words = &buffer[..received];
    stream.write_all(words)?;
    Ok(received)
}
