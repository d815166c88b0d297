//! By an index, and decoding as the bytes come, with the cut character kept for the next piece.

use std::io::{self, ErrorKind, Read, Write};

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    let mut sent = 0;
    while sent != bytes.len() {
        let offered = &bytes[sent..bytes.len().min(sent + 5)];
        sent += match stream.write(offered) {
            Err(error) if error.kind() == ErrorKind::Interrupted => 0,
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            result => result?,
        };
    }
    Ok(())
}

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let invalid = |error| io::Error::new(ErrorKind::InvalidData, error);
    let mut text = String::new();
    let mut tail: Vec<u8> = Vec::new();
    let mut buffer = [0; 16];
    loop {
        let received = match stream.read(&mut buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            result => result?,
        };
        tail.extend_from_slice(&buffer[..received]);
        let whole = match std::str::from_utf8(&tail) {
            Ok(whole) => whole.len(),
            Err(error) if error.error_len().is_none() && received > 0 => error.valid_up_to(),
            Err(error) => return Err(invalid(error)),
        };
        text += std::str::from_utf8(&tail[..whole]).map_err(invalid)?;
        tail.drain(..whole);
        if received == 0 {
            return Ok(text);
        }
    }
}
