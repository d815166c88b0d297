//! Lesson 9: a server with a thread for each client, and two clients in threads of their own.

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
                let mut buffer = [0; 1024];
                let received = client.read(&mut buffer)?;
                println!("client: {}", String::from_utf8_lossy(&buffer[..received]));
                client.write_all("消息收到,over!".as_bytes())
            });
        }
        for _ in 0..2 {
            let (mut stream, _) = listener.accept()?;
            // spawn panics where no thread can be made; a Builder's gives an error.
            thread::Builder::new().spawn_scoped(threads, move || -> io::Result<()> {
                stream.write_all(b"Welcome to study socket!")?;
                let mut buffer = [0; 1024];
                let received = stream.read(&mut buffer)?;
                println!("server: {}", String::from_utf8_lossy(&buffer[..received]));
                Ok(())
            })?;
        }
        Ok(())
    })
}
