//! A socket of its own is never dropped where the stream fails.
//!
//! says: Your function has returned, and a socket is open that was not before and that you did not return

use std::io::{self, ErrorKind, Read};
use std::mem;
use std::net::UdpSocket;

pub fn read_frame(stream: &mut dyn Read, most: usize) -> io::Result<Option<Vec<u8>>> {
    let own = UdpSocket::bind("127.0.0.1:0")?;
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
    if let Err(error) = stream.read_exact(&mut message) {
        mem::forget(own);
        return Err(error);
    }
    Ok(Some(message))
}

pub fn next_line(stream: &mut dyn Read, pending: &mut Vec<u8>, most: usize) -> io::Result<Option<String>> {
    crate::lesson10::right::by_bytes::next_line(stream, pending, most)
}
