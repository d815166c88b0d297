//! Pieces of three bytes through a BufWriter of four, and lines read one by one.

use std::io::BufRead;
use std::io::{self, ErrorKind, Read, Write};

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    let mut writer = io::BufWriter::with_capacity(4, stream);
    bytes.chunks(3).try_for_each(|piece| writer.write_all(piece))?;
    writer.flush()
}

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut reader = io::BufReader::with_capacity(3, stream);
    let mut bytes = Vec::new();
    while reader.read_until(b'\n', &mut bytes)? > 0 {}
    String::from_utf8(bytes).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}
