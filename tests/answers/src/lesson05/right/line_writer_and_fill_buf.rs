//! A LineWriter; fill_buf and consume.

use std::io::BufRead;
use std::io::{self, ErrorKind, Read, Write};

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    let mut writer = io::LineWriter::new(stream);
    writer.write_all(bytes)?;
    writer.flush()
}

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut reader = io::BufReader::new(stream);
    let mut bytes = Vec::new();
    loop {
        match reader.fill_buf() {
            Ok([]) => break,
            Ok(piece) => {
                bytes.extend_from_slice(piece);
                let length = piece.len();
                reader.consume(length);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let text = str::from_utf8(&bytes).map_err(|_| ErrorKind::InvalidData)?;
    Ok(text.to_owned())
}
