//! Room for a thousand bytes at a time; a line is decoded as soon as its characters are whole.

use std::io::{self, ErrorKind, Read};

pub fn read_frame(stream: &mut dyn Read, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    if read_up_to(stream, &mut length)? == 0 {
        return Ok(None);
    }
    let mut left = u32::from_be_bytes(length) as usize;
    if left > most {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut message = Vec::new();
    while left > 0 {
        let mut piece = vec![0; left.min(1000)];
        if read_up_to(stream, &mut piece)? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        left -= piece.len();
        message.append(&mut piece);
    }
    Ok(Some(message))
}

/// All of the buffer, or nothing at the end of the stream.
fn read_up_to(stream: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    match stream.read(buffer) {
        Err(error) if error.kind() == ErrorKind::Interrupted => read_up_to(stream, buffer),
        Ok(received) if received > 0 => stream.read_exact(&mut buffer[received..]).map(|()| buffer.len()),
        result => result,
    }
}

pub fn next_line(stream: &mut dyn Read, pending: &mut Vec<u8>, most: usize) -> io::Result<Option<String>> {
    let mut line = String::new();
    let mut piece = std::mem::take(pending);
    loop {
        let end = piece.iter().position(|byte| *byte == b'\n');
        let new = &piece[..end.unwrap_or(piece.len())];
        let (whole, cut) = match str::from_utf8(new) {
            Ok(text) => (text, &new[new.len()..]),
            Err(error) if error.error_len().is_none() && end.is_none() => {
                let (whole, cut) = new.split_at(error.valid_up_to());
                (str::from_utf8(whole).unwrap(), cut)
            }
            Err(error) => return Err(io::Error::new(ErrorKind::InvalidData, error)),
        };
        line += whole;
        if let Some(end) = end {
            *pending = piece[end + 1..].to_vec();
            let length = line.strip_suffix('\r').unwrap_or(&line).len();
            line.truncate(length);
            return if length > most { Err(ErrorKind::InvalidData.into()) } else { Ok(Some(line)) };
        }
        if line.len() + cut.len() > most.saturating_add(1) {
            return Err(ErrorKind::InvalidData.into());
        }
        piece = cut.to_vec();
        let mut buffer = [0; 16];
        let received = loop {
            match stream.read(&mut buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => break result?,
            }
        };
        if received == 0 {
            return if line.is_empty() && piece.is_empty() { Ok(None) } else { Err(ErrorKind::UnexpectedEof.into()) };
        }
        piece.extend_from_slice(&buffer[..received]);
    }
}
