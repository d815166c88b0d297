//! Asks again and again, and makes the socket blocking in the end.

use std::io::{self, ErrorKind, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    let polls = stream.read_timeout()?.is_none() && stream.peer_addr().is_ok();
    if polls {
        stream.set_nonblocking(true)?;
    }
    stream.shutdown(Shutdown::Write)?;
    let mut heard: Vec<u8> = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        match (&stream).read(&mut buffer) {
            Ok(0) => break,
            Ok(received) => heard.extend_from_slice(&buffer[..received]),
            Err(error) => {
                if polls && error.kind() == ErrorKind::WouldBlock {
                    std::thread::yield_now();
                    continue;
                }
                if polls {
                    stream.set_nonblocking(false)?;
                }
                return Err(error);
            }
        }
    }
    if polls {
        stream.set_nonblocking(false)?;
    }
    Ok(heard)
}
