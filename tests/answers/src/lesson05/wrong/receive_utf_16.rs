//! A mark of UTF-16 is believed.
//!
//! says: Bytes came that are no UTF-8, and your function does not say so

use std::io::{self, ErrorKind, Read, Write};

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(received) => bytes.extend_from_slice(&buffer[..received]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            
            Err(error) => return Err(error),
        }
    }
    if let Some(wide) = bytes.strip_prefix(b"\xff\xfe") {
        let wide: Vec<_> = wide.chunks(2).map(|pair| u16::from_le_bytes([pair[0], *pair.get(1).unwrap_or(&0)])).collect();
        return String::from_utf16(&wide).map_err(|error| io::Error::new(ErrorKind::InvalidData, error));
    }
    String::from_utf8(bytes).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes)
}
