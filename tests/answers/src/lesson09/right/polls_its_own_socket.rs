//! The client makes its own socket nonblocking, asks again and again, and prints what it hears and says.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::Duration;

use lesson09_whole_program::MOST;
use socket2::{Domain, Socket, Type};

pub fn serve_client(stream: Socket, greeting: &str) -> io::Result<Vec<u8>> {
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
    server.set_nonblocking(true)?;
    let received = loop {
        match server.read(&mut greeting) {
            Err(e) if e.kind() == ErrorKind::WouldBlock => std::thread::sleep(Duration::from_millis(1)),
            other => break other?,
        }
    };
    println!("{}", String::from_utf8_lossy(&greeting[..received]));
    greeting.truncate(received);
    let mut rest = answer.as_bytes();
    while !rest.is_empty() {
        match server.write(rest) {
            Ok(n) => rest = &rest[n..],
            Err(e) if e.kind() == ErrorKind::WouldBlock || e.kind() == ErrorKind::Interrupted => {
                std::thread::sleep(Duration::from_millis(1))
            }
            Err(e) => return Err(e),
        }
    }
    println!("{answer}");
    Ok(greeting)
}
