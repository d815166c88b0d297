//! Lesson 8: a client says nothing, and then it is gone.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

fn main() -> io::Result<()> {
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    // Windows has another option under this name: there, leave it out.
    listener.set_reuse_address(true)?;
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    listener.bind(&address.into())?;
    listener.listen(5)?;
    let server = listener.local_addr()?.as_socket().ok_or(ErrorKind::Unsupported)?;
    println!("listening at {server}");

    let mut client = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    client.connect(&server.into())?;
    let (mut stream, _) = listener.accept()?;
    stream.write_all(b"Welcome to study socket!")?;
    let mut buffer = [0; 1024];
    let received = client.read(&mut buffer)?;
    println!("client: {received} bytes, {}", String::from_utf8_lossy(&buffer[..received]));

    // The longest that a recv on this stream waits.
    stream.set_read_timeout(Some(Duration::from_millis(100)))?;
    match stream.read(&mut buffer) {
        Ok(received) => println!("server: {received} bytes"),
        Err(error) => println!("server: error {:?}", error.kind()),
    }
    drop(client);
    let received = stream.read(&mut buffer)?;
    println!("server: {received} bytes");
    Ok(())
}
