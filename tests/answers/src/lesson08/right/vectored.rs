//! Sends by a call that takes several buffers.

use std::io::{self, ErrorKind, Read};

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
    let mut sent = 0;
    while sent < words.len() {
        let (a, b) = words[sent..].split_at((words.len() - sent) / 2);
        match stream.send_vectored(&[io::IoSlice::new(a), io::IoSlice::new(b)]) {
            Ok(count) => sent += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(received)
}
