//! Another thread serves, and is joined; it prints.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::thread;

use lesson09_whole_program::MOST;
use socket2::{Domain, Socket, Type};

pub fn serve_client(stream: Socket, greeting: &str) -> io::Result<Vec<u8>> {
    thread::scope(|threads| {
        let serves = threads.spawn(|| {
            let mut clone = stream.try_clone()?;
            clone.write_all(greeting.as_bytes())?;
            println!("greeted");
            let mut answer = Vec::new();
            clone.take(MOST as u64 + 1).read_to_end(&mut answer)?;
            if answer.len() > MOST { Err(ErrorKind::InvalidData.into()) } else { Ok(answer) }
        });
        serves.join().unwrap()
    })
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
