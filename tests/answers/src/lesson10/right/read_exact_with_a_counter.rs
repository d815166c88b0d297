//! read_exact, and a counter of what came, which tells an end between two from one inside; lines in a joined thread.

use std::io::{self, ErrorKind, Read};
use std::thread;

/// Counts the reads that gave 0 before anything else came.
struct Counted<'a> {
    stream: &'a mut dyn Read,
    bytes: usize,
    ended: bool,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(buffer)?;
        self.bytes += count;
        self.ended |= count == 0;
        Ok(count)
    }
}

pub fn read_frame(stream: &mut dyn Read, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut counted = Counted { stream, bytes: 0, ended: false };
    let mut length = [0; 4];
    if let Err(error) = counted.read_exact(&mut length) {
        return if counted.ended && counted.bytes == 0 { Ok(None) } else { Err(error) };
    }
    let length = u32::from_be_bytes(length);
    if u32::try_from(most).is_ok_and(|most| length > most) {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut message = vec![0_u8; length as usize].into_boxed_slice();
    counted.read_exact(&mut message)?;
    Ok(Some(message.into_vec()))
}

pub fn next_line(stream: &mut dyn Read, pending: &mut Vec<u8>, most: usize) -> io::Result<Option<String>> {
    let mut searched = 0;
    let end = loop {
        if let Some(at) = pending.iter().skip(searched).position(|byte| *byte == b'\n') {
            break searched + at;
        }
        if pending.len() > most + 2 {
            return Err(ErrorKind::InvalidData.into());
        }
        searched = pending.len();
        pending.resize(searched + 512, 0);
        let read = stream.read(&mut pending[searched..]);
        pending.truncate(searched + *read.as_ref().unwrap_or(&0));
        match read {
            Ok(0) if searched == 0 => return Ok(None),
            Ok(0) => return Err(io::Error::new(ErrorKind::UnexpectedEof, "cut")),
            Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error),
            _ => {}
        }
    };
    let rest = pending.split_off(end + 1);
    let line = std::mem::replace(pending, rest);
    let line = line.strip_suffix(b"\r\n").unwrap_or(&line[..end]).to_vec();
    if line.len() > most {
        return Err(ErrorKind::InvalidData.into());
    }
    let decoded = thread::spawn(move || String::from_utf8(line)).join().unwrap();
    decoded.map(Some).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}
