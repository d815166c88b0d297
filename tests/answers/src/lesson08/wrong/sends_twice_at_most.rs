//! What two sends do not take is lost.
//!
//! says: send was interrupted when it had taken a part

use std::io::{self, ErrorKind, Read, Write};

use lesson08_disconnect::Farewell;
use socket2::Socket;

pub fn echo_until_gone(stream: &Socket) -> io::Result<(usize, Farewell)> {
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
    result
}

fn echo_once(mut stream: &Socket, buffer: &mut [u8]) -> io::Result<usize> {
    let received = stream.read(buffer)?;
    if received == 0 {
        return Ok(0);
    }
    let words = &buffer[..received];
    let sent = stream.write(words)?;
    if sent < words.len() {
        let _ = stream.write(&words[sent..])?;
    }
    Ok(received)
}
