//! Decodes as it goes, and forgets the character that is not whole at the end.
//!
//! says: The client sent bytes that are no UTF-8, and your function left them out

use std::io::{self, ErrorKind, Read, Write};

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    let mut left = bytes;
    while !left.is_empty() {
        match stream.write(left) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(taken) => left = &left[taken..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut text = String::new();
    let mut tail = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return Ok(text),
            Ok(received) => tail.extend_from_slice(&buffer[..received]),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        }
        let whole = match std::str::from_utf8(&tail) {
            Ok(whole) => whole,
            Err(error) if error.error_len().is_some() => return Err(io::Error::new(ErrorKind::InvalidData, error)),
            Err(error) => std::str::from_utf8(&tail[..error.valid_up_to()]).unwrap_or_default(),
        };
        text += whole;
        tail = tail.split_off(whole.len());
    }
}
