//! Both look before they take.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr};

use lesson09_whole_program::MOST;
use socket2::{Domain, Socket, Type};

pub fn serve_client(stream: Socket, greeting: &str) -> io::Result<Vec<u8>> {
    io::copy(&mut greeting.as_bytes(), &mut &stream)?;
    let mut answer = Vec::with_capacity(MOST + 1);
    loop {
        let mut look = [std::mem::MaybeUninit::uninit(); 999];
        let n = stream.peek(&mut look)?;
        if n == 0 {
            break;
        }
        let mut piece = vec![0; n.min(MOST + 1 - answer.len())];
        (&stream).read_exact(&mut piece)?;
        answer.extend(piece);
        if answer.len() > MOST {
            return Err(io::Error::new(ErrorKind::InvalidData, format!("more than {MOST}")));
        }
    }
    println!("{}", String::from_utf8_lossy(&answer));
    Ok(answer)
}

pub fn converse(address: SocketAddr, answer: &str) -> io::Result<Vec<u8>> {
    let mut server = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    server.connect(&address.into())?;
    let mut greeting = vec![0; 1024];
    let mut room = [std::mem::MaybeUninit::uninit(); 1024];
    let received = server.peek(&mut room)?;
    server.read_exact(&mut greeting[..received])?;
    greeting.truncate(received);
    server.write_all(answer.as_bytes())?;
    server.shutdown(Shutdown::Write)?;
    Ok(greeting)
}
