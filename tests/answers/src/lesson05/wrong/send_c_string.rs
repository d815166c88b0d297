//! A text that is ended by a byte of 0 is sent without it.
//!
//! says: The stream did not get the bytes that your function was given

use std::io::{self, Read, Write};

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes.strip_suffix(b"\0").unwrap_or(bytes))
}

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}
