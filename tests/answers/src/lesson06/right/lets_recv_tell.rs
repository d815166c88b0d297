//! Whether it is connected recv tells, and only when all is heard it decides; and it prints.

use std::io::{self, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    let shut = stream.shutdown(Shutdown::Write);
    let mut heard = Vec::new();
    let mut buffer = [0; 77];
    let result = loop {
        match (&stream).read(&mut buffer) {
            Ok(0) => break Ok(()),
            Ok(n) => heard.extend(&buffer[..n]),
            Err(error) => break Err(error),
        }
    };
    println!("heard {} bytes", heard.len());
    match (shut, result) {
        (_, Err(error)) => Err(error),
        (Err(error), Ok(())) => {
            if heard.is_empty() {
                Err(error)
            } else {
                Ok(heard)
            }
        }
        (Ok(()), Ok(())) => Ok(heard),
    }
}
