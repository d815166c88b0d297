//! A greeting without a word is refused.
//!
//! says: and your function returned the error InvalidInput

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;

use lesson09_whole_program::MOST;
use socket2::{Domain, Socket, Type};

pub fn serve_client(stream: Socket, greeting: &str) -> io::Result<Vec<u8>> {
    if greeting.is_empty() {
        return Err(ErrorKind::InvalidInput.into());
    }
    (&stream).write_all(greeting.as_bytes())?;
    let mut answer: Vec<u8> = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        match (&stream).read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => answer.extend_from_slice(&buffer[..n]),
            Err(error) => return Err(error),
        }
        if answer.len() > MOST {
            return Err(ErrorKind::InvalidData.into());
        }
    }
    Ok(answer)
}

pub fn converse(address: SocketAddr, answer: &str) -> io::Result<Vec<u8>> {
    let mut server = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    server.connect(&address.into())?;
    let mut greeting = vec![0; 1024];
    let received = server.read(&mut greeting)?;
    greeting.truncate(received);
    server.write_all(answer.as_bytes())?;
    Ok(greeting)
}
