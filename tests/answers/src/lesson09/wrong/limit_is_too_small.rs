//! Refuses an answer that is just as long as it may be.
//!
//! says: 65536 bytes are allowed, and were refused

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;

use lesson09_whole_program::MOST;
use socket2::{Domain, Socket, Type};

pub fn serve_client(stream: Socket, greeting: &str) -> io::Result<Vec<u8>> {
    let mut stream = stream;
    stream.write_all(greeting.as_bytes())?;
    let mut answer = Vec::new();
    (&stream).take(MOST as u64 + 1).read_to_end(&mut answer)?;
    if answer.len() >= MOST {
        return Err(ErrorKind::InvalidData.into());
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
