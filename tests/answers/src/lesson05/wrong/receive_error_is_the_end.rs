//! Ends at every error, an interruption too, as if it were the end of the stream.
//!
//! says: Your function took the interruption for the end

use std::io::{self, ErrorKind, Read, Write};

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    let mut left = bytes;
    while !left.is_empty() {
        match stream.write(left) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(taken) => left = &left[taken..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 1024];
    while let Ok(received) = stream.read(&mut buffer) {
        if received == 0 {
            break;
        }
        bytes.extend_from_slice(&buffer[..received]);
    }
    String::from_utf8(bytes).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}
