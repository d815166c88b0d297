//! A BufReader, a flushed BufWriter, and any send that fails counted as Reset.

use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Write};

use lesson08_disconnect::Farewell;
use socket2::Socket;

pub fn echo_until_gone(stream: &Socket) -> io::Result<(usize, Farewell)> {
    let (mut reader, mut writer) = (BufReader::new(stream), BufWriter::new(stream));
    let mut count = 0;
    loop {
        let taken = match reader.fill_buf() {
            Ok([]) => return Ok((count, Farewell::Closed)),
            Ok(bytes) => match writer.write_all(bytes).and_then(|()| writer.flush()) {
                Ok(()) => bytes.len(),
                Err(_) => return Ok((count, Farewell::Reset)),
            },
            Err(error) => match error.kind() {
                ErrorKind::ConnectionReset => return Ok((count, Farewell::Reset)),
                ErrorKind::TimedOut | ErrorKind::WouldBlock => return Ok((count, Farewell::Silent)),
                ErrorKind::Interrupted => 0,
                _ => return Err(error),
            },
        };
        reader.consume(taken);
        count += taken;
    }
}
