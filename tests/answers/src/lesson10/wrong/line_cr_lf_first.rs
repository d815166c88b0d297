//! A "\r\n" anywhere in `pending` is taken before a "\n".
//!
//! says: These are several lines in one

use std::io::{self, ErrorKind, Read};

pub fn next_line(stream: &mut dyn Read, pending: &mut Vec<u8>, most: usize) -> io::Result<Option<String>> {
    let mut buffer = [0; 4096];
    let mut searched = 0;
    loop {
        let crlf = pending.windows(2).position(|pair| pair == b"\r\n").map(|at| at + 1 - searched.min(at + 1));
        if let Some(at) = crlf.or_else(|| pending[searched..].iter().position(|byte| *byte == b'\n')) {
            let mut line: Vec<u8> = pending.drain(..=searched + at).collect();
            line.pop();
            if line.ends_with(b"\r") {
                line.pop();
            }
            if line.len() > most {
                return Err(ErrorKind::InvalidData.into());
            }
            return String::from_utf8(line).map(Some).map_err(|_| ErrorKind::InvalidData.into());
        }
        searched = pending.len();
        if searched > most + 1 {
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
