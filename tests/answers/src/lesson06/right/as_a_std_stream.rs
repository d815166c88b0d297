//! A TcpStream of the standard library instead, and a helper that recurses, 7 bytes at a time.

use std::io::{self, Read};
use std::net::{Shutdown, TcpStream};

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    let stream = TcpStream::from(stream);
    stream.shutdown(Shutdown::Write)?;
    let mut heard = Vec::new();
    hear(&stream, &mut heard)?;
    Ok(heard)
}

fn hear(mut stream: &TcpStream, heard: &mut Vec<u8>) -> io::Result<()> {
    let mut buffer = [0; 4096];
    match stream.read(&mut buffer) {
        Ok(0) => Ok(()),
        Ok(received) => {
            heard.extend(&buffer[..received]);
            hear(stream, heard)
        }
        Err(error) if error.kind() == io::ErrorKind::Interrupted => hear(stream, heard),
        Err(error) => Err(error),
    }
}
