//! Line ends become those of Unix.
//!
//! says: Characters are missing

use std::io::{self, Read, Write};

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text.replace("\r\n", "\n"))
}

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes)
}
