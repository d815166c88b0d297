//! One recv for the whole text, into a buffer that is large enough for it.
//!
//! says: Your function stopped before the end

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
    let mut buffer = vec![0; 64 * 1024];
    let received = stream.read(&mut buffer)?;
    buffer.truncate(received);
    String::from_utf8(buffer).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}
