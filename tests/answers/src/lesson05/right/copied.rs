//! With io::copy, each way.

use std::io::{self, ErrorKind, Read, Write};

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    io::copy(&mut &bytes[..], stream)?;
    stream.flush()
}

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    io::copy(stream, &mut bytes)?;
    String::from_utf8(bytes).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}
