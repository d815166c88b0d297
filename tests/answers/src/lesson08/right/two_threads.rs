//! One thread hears, another answers, both are joined.

use std::io::{self, ErrorKind, Read, Write};

use lesson08_disconnect::Farewell;
use socket2::Socket;

pub fn echo_until_gone(stream: &Socket) -> io::Result<(usize, Farewell)> {
    let (to, from) = std::sync::mpsc::sync_channel::<Vec<u8>>(1);
    let mut echoed = 0;
    let ended = std::thread::scope(|scope| {
        let reader = scope.spawn(move || -> io::Error {
            let mut at = stream;
            loop {
                let mut buffer = vec![0; 700];
                match at.read(&mut buffer) {
                    Ok(0) => return ErrorKind::UnexpectedEof.into(),
                    Ok(n) => {
                        buffer.truncate(n);
                        if to.send(buffer).is_err() {
                            return ErrorKind::BrokenPipe.into();
                        }
                    }
                    Err(e) if e.kind() == ErrorKind::Interrupted => {}
                    Err(e) => return e,
                }
            }
        });
        let mut at = stream;
        let mut broken = None;
        for piece in from {
            if let Err(e) = at.write_all(&piece) {
                broken = Some(e);
                break;
            }
            echoed += piece.len();
        }
        let ended = reader.join().unwrap();
        broken.unwrap_or(ended)
    });
    match ended.kind() {
        ErrorKind::UnexpectedEof => Ok((echoed, Farewell::Closed)),
        ErrorKind::WouldBlock | ErrorKind::TimedOut => Ok((echoed, Farewell::Silent)),
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
            Ok((echoed, Farewell::Reset))
        }
        _ => Err(ended),
    }
}
