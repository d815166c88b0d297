//! Your turn: framing. Chapter 10 of the book says what it is for, and what is new in Rust.
//! The small print, as in every exercise: a function does what its contract says, and nothing else ("Before you begin").

use std::io::{self, ErrorKind, Read};

/// Reads one frame: its length as a `u32`, big-endian, then that many bytes, which are returned. Nothing
/// behind them is read. `None`: the stream ended before a length began.
///
/// An end inside a frame is `UnexpectedEof`. A length of more than `most` is `InvalidData`, before any
/// room is made for it. An interrupted call is made again; any other error is handed on.
pub fn read_frame(stream: &mut dyn Read, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    // The first byte by itself: before it the end is no failure, and read_exact would not tell.
    if read_some(stream, &mut length[..1])? == 0 {
        return Ok(None);
    }
    stream.read_exact(&mut length[1..])?;
    let length = u32::from_be_bytes(length) as usize;
    if length > most {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut frame = vec![0; length];
    stream.read_exact(&mut frame)?;
    Ok(Some(frame))
}

/// Returns the next line, without its `"\n"` or `"\r\n"`. What came behind it stays in `pending`, for the
/// next call. `None`: the stream ended between two lines.
///
/// An end inside a line is `UnexpectedEof`. A line of more than `most` bytes, the line end not counted,
/// is `InvalidData`, and so is one that is not UTF-8. An interrupted call is made again; any other error is
/// handed on.
pub fn next_line(stream: &mut dyn Read, pending: &mut Vec<u8>, most: usize) -> io::Result<Option<String>> {
    let mut buffer = [0; 4096];
    let mut searched = 0;
    loop {
        // Only what is new: to search a long line from its start each time takes ever longer.
        if let Some(at) = pending[searched..].iter().position(|byte| *byte == b'\n') {
            let mut line: Vec<u8> = pending.drain(..=searched + at).collect();
            line.pop();
            if line.last() == Some(&b'\r') {
                line.pop();
            }
            if line.len() > most {
                return Err(ErrorKind::InvalidData.into());
            }
            return String::from_utf8(line).map(Some).map_err(|error| io::Error::new(ErrorKind::InvalidData, error));
        }
        searched = pending.len();
        // One byte more may still be the "\r" of the line's end.
        if pending.len() > most.saturating_add(1) {
            return Err(ErrorKind::InvalidData.into());
        }
        match read_some(stream, &mut buffer)? {
            0 if pending.is_empty() => return Ok(None),
            0 => return Err(ErrorKind::UnexpectedEof.into()),
            received => pending.extend_from_slice(&buffer[..received]),
        }
    }
}

/// One read, made again when it is interrupted: how many bytes, 0 at the end of the stream.
fn read_some(stream: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match stream.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}
