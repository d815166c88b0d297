//! Another thread does the work, on a clone, and is joined.

use std::io::{self, ErrorKind, Read, Write};
use std::thread;

use lesson08_disconnect::Farewell;
use socket2::Socket;

pub fn echo_until_gone(stream: &Socket) -> io::Result<(usize, Farewell)> {
    let clone = stream.try_clone()?;
    thread::spawn(move || echo(&clone)).join().unwrap()
}

fn echo(stream: &Socket) -> io::Result<(usize, Farewell)> {
    let (mut buffer, mut echoed) = ([0; 65_536], 0);
    loop {
        let mut received = 0;
        let once = (&*stream).read(&mut buffer).and_then(|count| {
            received = count;
            (&*stream).write_all(&buffer[..count])
        });
        let farewell = match once.as_ref().err().map(io::Error::kind) {
            None if received == 0 => Farewell::Closed,
            None => {
                echoed += received;
                continue;
            }
            Some(ErrorKind::Interrupted) => continue,
            Some(ErrorKind::WouldBlock | ErrorKind::TimedOut) => Farewell::Silent,
            Some(ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe) => Farewell::Reset,
            Some(_) => return Err(once.unwrap_err()),
        };
        return Ok((echoed, farewell));
    }
}
