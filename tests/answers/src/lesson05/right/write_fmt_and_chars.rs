//! write! where it is a text; characters decoded by hand from the bytes.

use std::io::{self, ErrorKind, Read, Write};

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    match str::from_utf8(bytes) {
        Ok(text) => write!(stream, "{text}"),
        Err(_) => stream.write_all(bytes),
    }
}

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut bytes = vec![];
    stream.take(u64::MAX).read_to_end(&mut bytes)?;
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            return Err(io::Error::new(ErrorKind::InvalidData, "no UTF-8"));
        }
    }
    Ok(text)
}
