//! What stands behind a frame is kept in a static, for the next call.
//!
//! says: The message is right, but your function took 20 bytes from the stream, and the frame has 11

use std::io::{self, ErrorKind, Read};
use std::mem;
use std::sync::Mutex;

static REST: Mutex<Vec<u8>> = Mutex::new(Vec::new());

pub fn read_frame(stream: &mut dyn Read, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut rest = REST.lock().unwrap();
    let mut buffer = [0; 4096];
    while rest.is_empty() {
        match stream.read(&mut buffer) {
            Ok(0) => return Ok(None),
            Ok(count) => rest.extend(&buffer[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let front = mem::take(&mut *rest);
    let stream = &mut (&front[..]).chain(stream);
    let mut length = [0; 4];
    loop {
        match stream.read(&mut length[..1]) {
            Ok(0) => return Ok(None),
            Ok(_) => break,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    stream.read_exact(&mut length[1..])?;
    let length = u32::from_be_bytes(length) as usize;
    if length > most {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut message = vec![0; length];
    stream.read_exact(&mut message)?;
    *rest = stream.get_ref().0.to_vec();
    Ok(Some(message))
}

pub fn next_line(stream: &mut dyn Read, pending: &mut Vec<u8>, most: usize) -> io::Result<Option<String>> {
    crate::lesson10::right::by_bytes::next_line(stream, pending, most)
}
