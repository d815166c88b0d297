//! After WriteZero it tries ten times more.
//!
//! says: A stream that takes 0 bytes will never take them

use std::io::{self, ErrorKind, Read, Write};

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    let (mut left, mut zeros) = (bytes, 0);
    while !left.is_empty() {
        match stream.write(left) {
            Ok(0) if zeros == 10 => return Err(ErrorKind::WriteZero.into()),
            Ok(0) => zeros += 1,
            Ok(taken) => left = &left[taken..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}
