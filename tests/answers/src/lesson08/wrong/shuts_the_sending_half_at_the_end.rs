//! It answers the end with its own.
//!
//! says: Nobody asked for that

use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;

use lesson08_disconnect::Farewell;
use socket2::Socket;

pub fn echo_until_gone(stream: &Socket) -> io::Result<(usize, Farewell)> {
    let mut buffer = [0; 512];
    let mut echoed = 0;
    loop {
        match echo_once(stream, &mut buffer) {
            Ok(0) => {
                    stream.shutdown(Shutdown::Write)?;
                    return Ok((echoed, Farewell::Closed));
                },
            Ok(received) => echoed += received,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut => return Ok((echoed, Farewell::Silent)),
                ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => return Ok((echoed, Farewell::Reset)),
                _ => return Err(error),
            },
        }
    }
}

fn echo_once(mut stream: &Socket, buffer: &mut [u8]) -> io::Result<usize> {
    let received = stream.read(buffer)?;
    stream.write_all(&buffer[..received])?;
    Ok(received)
}
