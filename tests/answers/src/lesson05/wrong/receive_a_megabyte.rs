//! At most a megabyte.
//!
//! says: That is only the beginning. However long a text is

use std::io::{self, Read, Write};

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut text = String::new();
    stream.take(1_000_000).read_to_string(&mut text)?;
    Ok(text)
}

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes)
}
