//! After a thousand interruptions it gives up.
//!
//! says: Your function gave up after some interruptions

use std::io::{self, ErrorKind, Read, Write};

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    let (mut left, mut tries) = (bytes, 0);
    while !left.is_empty() {
        match stream.write(left) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(taken) => left = &left[taken..],
            Err(error) if error.kind() == ErrorKind::Interrupted && tries < 1000 => tries += 1,
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
