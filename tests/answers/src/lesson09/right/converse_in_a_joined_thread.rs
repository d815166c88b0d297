//! Another thread talks, and is joined.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;

use lesson09_whole_program::MOST;
use socket2::{Socket};

pub fn converse(address: SocketAddr, answer: &str) -> io::Result<Vec<u8>> {
    let answer = answer.to_owned();
    let talks = thread::spawn(move || {
        let mut server = TcpStream::connect(address)?;
        let mut greeting = vec![0; 1024];
        let received = server.read(&mut greeting)?;
        println!("greeted");
        greeting.truncate(received);
        server.write_all(answer.as_bytes()).map(|()| greeting)
    });
    talks.join().unwrap()
}

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
