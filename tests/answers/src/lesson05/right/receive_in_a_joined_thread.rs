//! A thread of its own decodes, and is joined.

use std::io::{self, ErrorKind, Read, Write};
use std::thread;

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let decoded = thread::spawn(move || String::from_utf8(bytes)).join().unwrap();
    decoded.map_err(|_| ErrorKind::InvalidData.into())
}

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes)
}
