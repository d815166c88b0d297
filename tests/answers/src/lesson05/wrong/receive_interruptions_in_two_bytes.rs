//! Counts interruptions in 16 bits, and gives up when they are all used.
//!
//! says: Your function gave up after some interruptions

use std::io::{self, ErrorKind, Read, Write};

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 1024];
    let mut interruptions = 0_u16;
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(received) => bytes.extend_from_slice(&buffer[..received]),
            Err(error) if error.kind() == ErrorKind::Interrupted => match interruptions.checked_add(1) {
                Some(more) => interruptions = more,
                None => return Err(error),
            },
            
            Err(error) => return Err(error),
        }
    }
    String::from_utf8(bytes).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes)
}
