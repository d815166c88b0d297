//! States, one byte after the other; the lines are kept from the last byte to the first while it works.

use std::io::{self, ErrorKind, Read};

enum State {
    Length(u32, u8),
    Message(Vec<u8>, usize),
}

pub fn read_frame(mut stream: &mut dyn Read, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut state = State::Length(0, 0);
    loop {
        state = match state {
            State::Length(length, 4) if length as usize > most => Err(ErrorKind::InvalidData)?,
            State::Length(length, 4) => State::Message(Vec::new(), length as usize),
            State::Message(message, 0) => return Ok(Some(message)),
            state => match (one(&mut stream)?, state) {
                (None, State::Length(_, 0)) => return Ok(None),
                (None, _) => Err(ErrorKind::UnexpectedEof)?,
                (Some(byte), State::Length(length, count)) => State::Length(length << 8 | u32::from(byte), count + 1),
                (Some(byte), State::Message(mut message, left)) => {
                    message.push(byte);
                    State::Message(message, left - 1)
                }
            },
        };
    }
}

/// The next byte.
fn one(stream: &mut &mut dyn Read) -> io::Result<Option<u8>> {
    let mut byte = Vec::with_capacity(1);
    stream.take(1).read_to_end(&mut byte)?;
    Ok(byte.pop())
}

pub fn next_line(mut stream: &mut dyn Read, pending: &mut Vec<u8>, most: usize) -> io::Result<Option<String>> {
    pending.reverse();
    let line = forwards(&mut stream, pending, most);
    pending.reverse();
    line
}

fn forwards(stream: &mut &mut dyn Read, backwards: &mut Vec<u8>, most: usize) -> io::Result<Option<String>> {
    let (mut line, mut cr) = (Vec::new(), false);
    let invalid = || io::Error::from(ErrorKind::InvalidData);
    loop {
        let next = match backwards.pop() {
            None => one(stream)?,
            byte => byte,
        };
        match next {
            None if line.is_empty() && !cr => return Ok(None),
            None => return Err(ErrorKind::UnexpectedEof.into()),
            Some(b'\n') => return String::from_utf8(line).map(Some).map_err(|_| invalid()),
            Some(byte) => {
                if std::mem::replace(&mut cr, byte == b'\r') {
                    line.push(b'\r');
                }
                if byte != b'\r' {
                    line.push(byte);
                }
            }
        }
        if line.len() > most {
            return Err(invalid());
        }
    }
}
