//! A BufReader of one byte for the frame; one in front of the line, whose rest is put back.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};

pub fn read_frame(stream: &mut dyn Read, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut reader = BufReader::with_capacity(1, stream);
    loop {
        match reader.fill_buf() {
            Ok([]) => return Ok(None),
            Ok(_) => break,
            Err(error) if error.kind() == ErrorKind::Interrupted => println!("interrupted"),
            Err(error) => return Err(error),
        }
    }
    let mut length = [0; 4];
    reader.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length);
    if u64::from(length) > most as u64 {
        return Err(io::Error::new(ErrorKind::InvalidData, format!("{length} bytes are too many")));
    }
    let mut message = Vec::with_capacity(length as usize);
    for byte in reader.bytes().take(length as usize) {
        message.push(byte?);
    }
    if message.len() < length as usize {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(message))
}

pub fn next_line(stream: &mut dyn Read, pending: &mut Vec<u8>, most: usize) -> io::Result<Option<String>> {
    let old = std::mem::take(pending);
    let mut reader = BufReader::new((&old[..]).chain(stream));
    let mut line = Vec::new();
    let result = (&mut reader).take(most as u64 + 2).read_until(b'\n', &mut line);
    pending.extend_from_slice(reader.buffer());
    pending.extend_from_slice(reader.get_ref().get_ref().0);
    result?;
    let Some(text) = line.strip_suffix(b"\n") else {
        return match line.len() {
            0 => Ok(None),
            length if length > most + 1 => Err(ErrorKind::InvalidData.into()),
            _ => Err(ErrorKind::UnexpectedEof.into()),
        };
    };
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    match str::from_utf8(text) {
        Ok(text) if text.len() <= most => Ok(Some(text.to_owned())),
        _ => Err(ErrorKind::InvalidData.into()),
    }
}
