//! A byte at a time, each way: slow, and right.

use std::io::{self, ErrorKind, Read, Write};

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    for byte in bytes {
        loop {
            match stream.write(&[*byte]) {
                Ok(0) => return Err(io::Error::new(ErrorKind::WriteZero, "the stream takes no more")),
                Ok(_) => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let bytes: Vec<u8> = stream.bytes().collect::<io::Result<_>>()?;
    String::from_utf8(bytes).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}
