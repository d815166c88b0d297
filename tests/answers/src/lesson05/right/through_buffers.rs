//! Through a BufWriter that is flushed, and a BufReader.

use std::io::{self, BufReader, BufWriter, ErrorKind, Read, Write};

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    let mut writer = BufWriter::new(stream);
    writer.write_all(bytes)?;
    writer.flush()
}

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    BufReader::new(stream).read_to_end(&mut bytes)?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(_) => Err(ErrorKind::InvalidData.into()),
    }
}
