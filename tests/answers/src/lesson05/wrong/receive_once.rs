//! One recv for the whole text.
//!
//! says: That is only the beginning

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
    let mut buffer = [0; 1024];
    let received = stream.read(&mut buffer)?;
    String::from_utf8(buffer[..received].to_vec()).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}
