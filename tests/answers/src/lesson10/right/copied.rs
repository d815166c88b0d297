//! With io::copy into a Vec; the lines in a VecDeque that becomes `pending` again, also after an error.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read};

pub fn read_frame(stream: &mut dyn Read, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut length = Vec::new();
    match io::copy(&mut stream.take(4), &mut length)? {
        0 => return Ok(None),
        4 => {}
        _ => return Err(ErrorKind::UnexpectedEof.into()),
    }
    let length = length.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    if length > u64::try_from(most).unwrap() {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut message = Vec::new();
    if io::copy(&mut stream.take(length), &mut message)? != length {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(message))
}

pub fn next_line(stream: &mut dyn Read, pending: &mut Vec<u8>, most: usize) -> io::Result<Option<String>> {
    let mut queue = VecDeque::from(std::mem::take(pending));
    let line = take_line(stream, &mut queue, most);
    *pending = queue.into();
    line
}

fn take_line(stream: &mut dyn Read, queue: &mut VecDeque<u8>, most: usize) -> io::Result<Option<String>> {
    let mut looked_at = 0;
    loop {
        while looked_at < queue.len() {
            if queue[looked_at] == b'\n' {
                let mut line: Vec<_> = queue.drain(..looked_at).collect();
                queue.pop_front();
                if line.ends_with(b"\r") {
                    line.truncate(line.len() - 1);
                }
                let line = String::from_utf8(line).map_err(|_| ErrorKind::InvalidData)?;
                return if line.len() <= most { Ok(Some(line)) } else { Err(ErrorKind::InvalidData.into()) };
            }
            looked_at += 1;
            if looked_at > most + 1 {
                return Err(ErrorKind::InvalidData.into());
            }
        }
        let mut buffer = vec![0; 70_000];
        let received = match stream.read(&mut buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            result => result?,
        };
        if received == 0 {
            return if queue.is_empty() { Ok(None) } else { Err(ErrorKind::UnexpectedEof.into()) };
        }
        queue.extend(&buffer[..received]);
    }
}
