//! One read for the length: it may bring fewer than four bytes.
//!
//! says: Only 1 of the 4 bytes of the length came at first.

use std::io::{self, Read};

// ANCHOR: bug
pub fn read_frame(stream: &mut dyn Read, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    if stream.read(&mut length)? == 0 {
        return Ok(None);
    }
    let length = u32::from_be_bytes(length) as usize;
    if length > most {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut message = vec![0; length];
    stream.read_exact(&mut message)?;
    Ok(Some(message))
}
// ANCHOR_END: bug

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
