//! The stream's bytes as an iterator; for the line, those of `pending` before them. Slow, and right.

use std::io::{self, ErrorKind, Read};

pub fn read_frame(stream: &mut dyn Read, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = stream.bytes();
    let Some(first) = bytes.next() else { return Ok(None) };
    let mut next = || bytes.next().unwrap_or(Err(ErrorKind::UnexpectedEof.into()));
    let length = u32::from_be_bytes([first?, next()?, next()?, next()?]);
    let length = usize::try_from(length).ok().filter(|length| *length <= most).ok_or(ErrorKind::InvalidData)?;
    (0..length).map(|_| next()).collect::<io::Result<_>>().map(Some)
}

pub fn next_line(stream: &mut dyn Read, pending: &mut Vec<u8>, most: usize) -> io::Result<Option<String>> {
    let old: Vec<u8> = pending.drain(..).collect();
    let mut old = old.into_iter();
    let mut line = Vec::new();
    loop {
        let byte = match old.next() {
            Some(byte) => byte,
            None => match stream.bytes().next() {
                Some(byte) => byte?,
                None if line.is_empty() => return Ok(None),
                None => return Err(ErrorKind::UnexpectedEof.into()),
            },
        };
        if byte == b'\n' {
            break;
        }
        line.push(byte);
        if line.len() > most && line[most..] != *b"\r" {
            return Err(ErrorKind::InvalidData.into());
        }
    }
    pending.extend(old);
    line.pop_if(|last| *last == b'\r');
    String::from_utf8(line).map(Some).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}
