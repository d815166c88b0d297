//! It goes round until write says 0.
//!
//! says: then your function called write with nothing left

use std::io::{self, ErrorKind, Read, Write};

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    let mut left = bytes;
    loop {
        match stream.write(left) {
            Ok(0) if bytes.is_empty() => return Ok(()),
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(taken) => left = &left[taken..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}
