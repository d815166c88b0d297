//! Lesson 7: the server ends, and starts again at the same port.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr};

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
    // The server ends first, and so the kernel keeps its side of the connection for a while.
    stream.shutdown(Shutdown::Write)?;
    let received = client.read(&mut buffer)?;
    println!("client: {received} bytes");
    drop(client);
    drop(stream);
    drop(listener);

    let listener = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    listener.set_reuse_address(true)?;
    listener.bind(&server.into())?;
    listener.listen(5)?;
    println!("listening again at {server}");
    Ok(())
}
