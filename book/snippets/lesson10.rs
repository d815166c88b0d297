//! Lesson 10: two clients say something, and before it how long it is, in two bytes.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::thread;

use socket2::{Domain, Socket, Type};

fn main() -> io::Result<()> {
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    listener.set_reuse_address(true)?; // not on Windows
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    listener.bind(&address.into())?;
    listener.listen(5)?;
    let server = listener.local_addr()?.as_socket().ok_or(ErrorKind::Unsupported)?;
    thread::scope(|threads| {
        for _ in 0..2 {
            threads.spawn(move || -> io::Result<()> {
                let mut client = Socket::new(Domain::IPV4, Type::STREAM, None)?;
                client.connect(&server.into())?;
                let message = "消息收到,over!".as_bytes();
                let length = (message.len() as u16).to_be_bytes();
                client.write_all(&[&length, message].concat())
            });
        }
        for _ in 0..2 {
            let (mut stream, _) = listener.accept()?;
            thread::Builder::new().spawn_scoped(threads, move || -> io::Result<()> {
                let mut length = [0; 2];
                stream.read_exact(&mut length)?;
                let mut message = vec![0; u16::from_be_bytes(length).into()];
                stream.read_exact(&mut message)?;
                println!("server: {}", String::from_utf8_lossy(&message));
                Ok(())
            })?;
        }
        Ok(())
    })
}
