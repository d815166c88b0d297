//! A loop of its own for every piece, and the standard library for the client.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;

use lesson09_whole_program::MOST;
use socket2::Socket;

pub fn serve_client(stream: Socket, greeting: &str) -> io::Result<Vec<u8>> {
    let mut stream = stream;
    let mut bytes = greeting.as_bytes();
    while !bytes.is_empty() {
        let sent = stream.send(bytes)?;
        bytes = &bytes[sent..];
    }
    let mut answer = Vec::new();
    let mut buffer = [0; 1000];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return Ok(answer),
            Ok(received) => answer.extend_from_slice(&buffer[..received]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if answer.len() > MOST {
            return Err(io::Error::new(ErrorKind::InvalidData, "the client says too much"));
        }
    }
}

pub fn converse(address: SocketAddr, answer: &str) -> io::Result<Vec<u8>> {
    let mut server = std::net::TcpStream::connect(address)?;
    let mut buffer = [0; 1024];
    let received = server.read(&mut buffer)?;
    server.write_all(answer.as_bytes())?;
    Ok(buffer[..received].to_vec())
}
