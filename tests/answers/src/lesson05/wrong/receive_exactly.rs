//! Waits until a buffer of 1024 is full, which it never will be.
//!
//! says: read_exact wants its whole buffer filled, and nobody knows beforehand how much will come

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
    let mut buffer = vec![0; 1024];
    stream.read_exact(&mut buffer)?;
    String::from_utf8(buffer).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}
