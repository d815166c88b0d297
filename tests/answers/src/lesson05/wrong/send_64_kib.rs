//! More than 64 KiB are not sent.
//!
//! says: Your function said ok, and not all bytes were sent

use std::io::{self, Read, Write};

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(&bytes[..bytes.len().min(65_536)])
}

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}
