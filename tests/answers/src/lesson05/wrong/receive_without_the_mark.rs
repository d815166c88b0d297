//! A byte order mark is taken off.
//!
//! says: The byte order mark at the beginning is missing

use std::io::{self, Read, Write};

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes)
}
