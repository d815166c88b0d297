//! Looks before it takes, and prints.

use std::io::{self, ErrorKind, Read, Write};

use lesson08_disconnect::Farewell;
use socket2::Socket;

pub fn echo_until_gone(stream: &Socket) -> io::Result<(usize, Farewell)> {
    let mut echoed = 0;
    loop {
        let step = (|| {
            let mut look = [std::mem::MaybeUninit::uninit(); 100];
            let there = stream.peek(&mut look)?;
            let mut words = vec![0; there];
            let mut at = stream;
            at.read_exact(&mut words)?;
            at.write_all(&words)?;
            Ok(there)
        })();
        let error: io::Error = match step {
            Ok(0) => return Ok((echoed, Farewell::Closed)),
            Ok(n) => {
                echoed += n;
                continue;
            }
            Err(e) => e,
        };
        println!("{error}");
        match error.kind() {
            ErrorKind::Interrupted => {}
            ErrorKind::WouldBlock | ErrorKind::TimedOut => return Ok((echoed, Farewell::Silent)),
            ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
                return Ok((echoed, Farewell::Reset));
            }
            _ => return Err(error),
        }
    }
}
