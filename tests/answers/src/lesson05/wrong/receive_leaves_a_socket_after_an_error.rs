//! A socket of its own is never dropped where read fails.
//!
//! says: a socket is open that was not before

use std::io::{self, Read, Write};
use std::mem;
use std::net::UdpSocket;

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let own = UdpSocket::bind("127.0.0.1:0")?;
    let mut text = String::new();
    if let Err(error) = stream.read_to_string(&mut text) {
        mem::forget(own);
        return Err(error);
    }
    Ok(text)
}

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes)
}
