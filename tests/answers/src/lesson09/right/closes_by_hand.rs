//! Says that it is done before it lets go.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;

use lesson09_whole_program::MOST;
use socket2::{Domain, Socket, Type};

pub fn serve_client(stream: Socket, greeting: &str) -> io::Result<Vec<u8>> {
    let mut stream = stream;
    stream.write_all(greeting.as_bytes())?;
    let mut answer = vec![0; MOST + 1];
    let mut filled = 0;
    while filled <= MOST {
        match stream.read(&mut answer[filled..])? {
            0 => break,
            received => filled += received,
        }
    }
    if filled > MOST {
        return Err(ErrorKind::InvalidData.into());
    }
    answer.truncate(filled);
    drop(stream);
    Ok(answer)
}

pub fn converse(address: SocketAddr, answer: &str) -> io::Result<Vec<u8>> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.connect(&address.into())?;
    let mut buffer = [0; 1024];
    let received = (&socket).read(&mut buffer)?;
    (&socket).write_all(answer.as_bytes())?;
    socket.shutdown(std::net::Shutdown::Write)?;
    Ok(Vec::from(&buffer[..received]))
}
