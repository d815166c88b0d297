//! A byte of 0 ends the text, as in C.
//!
//! says: That is only the beginning. However long a text is

use std::io::{self, Read, Write};

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text.split('\0').next().unwrap_or_default().to_owned())
}

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes)
}
