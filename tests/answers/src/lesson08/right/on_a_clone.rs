//! The calls go to a clone, which is dropped; and it prints.

use std::io::{self, ErrorKind, Read, Write};

use lesson08_disconnect::Farewell;
use socket2::Socket;

pub fn echo_until_gone(stream: &Socket) -> io::Result<(usize, Farewell)> {
    let clone = stream.try_clone()?;
    println!("somebody is there");
    echo(&clone)
}

fn echo(stream: &Socket) -> io::Result<(usize, Farewell)> {
    let (mut buffer, mut echoed) = (vec![0; 100], 0);
    loop {
        match echo_once(stream, &mut buffer) {
            Ok(0) => return Ok((echoed, Farewell::Closed)),
            Ok(count) => echoed += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut => return Ok((echoed, Farewell::Silent)),
                ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
                    return Ok((echoed, Farewell::Reset));
                }
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
