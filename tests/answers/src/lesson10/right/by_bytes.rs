//! One byte at a time, so that nothing is ever read too early.

use std::io::{self, Read};

pub fn read_frame(stream: &mut dyn Read, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let mut length = 4;
    while bytes.len() < length {
        let mut byte = [0];
        match stream.read(&mut byte) {
            Ok(0) if bytes.is_empty() => return Ok(None),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) => bytes.push(byte[0]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if bytes.len() == 4 {
            let announced = bytes.iter().fold(0, |number, byte| number * 256 + usize::from(*byte));
            if announced > most {
                return Err(io::ErrorKind::InvalidData.into());
            }
            length = 4 + announced;
        }
    }
    Ok(Some(bytes.split_off(4)))
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
            return String::from_utf8(line)
                .map(Some)
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error));
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
