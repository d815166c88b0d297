//! Only the beginning has to be UTF-8.
//!
//! says: The last byte is no UTF-8

use std::io::{self, ErrorKind, Read, Write};

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(received) => bytes.extend_from_slice(&buffer[..received]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    match String::from_utf8(bytes) {
        Err(error) if error.utf8_error().valid_up_to() < 1024 => Err(io::Error::new(ErrorKind::InvalidData, error)),
        Err(error) => Ok(String::from_utf8_lossy(error.as_bytes()).into_owned()),
        Ok(text) => Ok(text),
    }
}

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes)
}
