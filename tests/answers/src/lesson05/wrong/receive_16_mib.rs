//! More than 16 MiB are cut off.
//!
//! says: That is not all of the text: there is no limit to its length

use std::io::{self, Read, Write};

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut text = String::new();
    stream.take(16 << 20).read_to_string(&mut text)?;
    Ok(text)
}

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes)
}
