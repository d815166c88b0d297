//! Echoes one byte at a time: slow, but right.

use std::io::{self, BufReader, Error, ErrorKind, Read, Write};

use lesson08_disconnect::Farewell;
use socket2::Socket;

pub fn echo_until_gone(stream: &Socket) -> io::Result<(usize, Farewell)> {
    let mut echoed = 0;
    for byte in BufReader::new(stream).bytes() {
        let sent = byte.and_then(|byte| (&mut &*stream).write_all(&[byte]));
        if let Err(error) = sent {
            return farewell(error).map(|farewell| (echoed, farewell));
        }
        echoed += 1;
    }
    Ok((echoed, Farewell::Closed))
}

fn farewell(error: Error) -> io::Result<Farewell> {
    match error.kind() {
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => Ok(Farewell::Reset),
        ErrorKind::WouldBlock | ErrorKind::TimedOut => Ok(Farewell::Silent),
        _ => Err(error),
    }
}
