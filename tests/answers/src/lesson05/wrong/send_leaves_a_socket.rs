//! A socket of its own is never dropped.
//!
//! says: a socket is open that was not before

use std::io::{self, Read, Write};
use std::mem;
use std::net::UdpSocket;

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    mem::forget(UdpSocket::bind("127.0.0.1:0")?);
    stream.write_all(bytes)
}

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}
