//! Errors keep their kind, and get a sentence in front.

use std::io::{self, Read, Write};

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes).map_err(|error| io::Error::new(error.kind(), format!("cannot send: {error}")))
}

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut text = String::new();
    match stream.read_to_string(&mut text) {
        Ok(_) => Ok(text),
        Err(error) => Err(io::Error::new(error.kind(), format!("after {} bytes: {error}", text.len()))),
    }
}
