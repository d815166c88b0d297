//! The length is read from the wrong end.
//!
//! says: The first four bytes are 0, 0, 0, 7, and your function took that for too much.

use std::io::{self, Read};

pub fn read_frame(stream: &mut dyn Read, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > most {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut message = vec![0; length];
    stream.read_exact(&mut message)?;
    Ok(Some(message))
}

pub fn next_line(stream: &mut dyn Read, pending: &mut Vec<u8>, most: usize) -> io::Result<Option<String>> {
    let mut searched = 0;
    loop {
        if let Some(at) = pending[searched..].iter().position(|byte| *byte == b'\n') {
            let rest = pending.split_off(searched + at + 1);
            let mut line = std::mem::replace(pending, rest);
            line.pop();
            if line.ends_with(b"\r") {
                line.pop();
            }
            if line.len() > most {
                return Err(io::ErrorKind::InvalidData.into());
            }
            return String::from_utf8(line).map(Some).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error));
        }
        searched = pending.len();
        if searched > most + 1 {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut byte = [0];
        match stream.read(&mut byte) {
            Ok(0) if pending.is_empty() => return Ok(None),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) => pending.push(byte[0]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
