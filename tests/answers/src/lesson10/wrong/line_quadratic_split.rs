//! After each piece `pending` is split into lines.
//!
//! says: looks for the line end from the beginning of the line again after each piece

use std::io::{self, ErrorKind, Read};

pub fn next_line(stream: &mut dyn Read, pending: &mut Vec<u8>, most: usize) -> io::Result<Option<String>> {
    let mut buffer = [0; 4096];
    loop {
        let at = pending.split(|byte| *byte == b'\n').next().unwrap_or_default().len();
        if at < pending.len() {
            let mut line: Vec<u8> = pending.drain(..=at).collect();
            line.pop();
            if line.ends_with(b"\r") {
                line.pop();
            }
            if line.len() > most {
                return Err(ErrorKind::InvalidData.into());
            }
            return String::from_utf8(line).map(Some).map_err(|_| ErrorKind::InvalidData.into());
        }
        if pending.len() > most + 1 {
            return Err(ErrorKind::InvalidData.into());
        }
        match stream.read(&mut buffer) {
            Ok(0) if pending.is_empty() => return Ok(None),
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(received) => pending.extend_from_slice(&buffer[..received]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

pub fn read_frame(stream: &mut dyn Read, most: usize) -> io::Result<Option<Vec<u8>>> {
    crate::lesson10::right::by_bytes::read_frame(stream, most)
}
