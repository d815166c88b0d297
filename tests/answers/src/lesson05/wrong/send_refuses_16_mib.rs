//! More than 16 MiB are refused.
//!
//! says: there is no limit

use std::io::{self, ErrorKind, Read, Write};

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    if bytes.len() > 16 << 20 {
        return Err(ErrorKind::InvalidInput.into());
    }
    stream.write_all(bytes)
}

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}
