//! Lesson 6: who is done says so, and both sides close.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr};

use socket2::{Domain, Socket, Type};

fn main() -> io::Result<()> {
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None)?;
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
    client.write_all("消息收到,over!".as_bytes())?;
    let received = stream.read(&mut buffer)?;
    println!("server: {received} bytes, {}", String::from_utf8_lossy(&buffer[..received]));

    // The server has no more to say. The kernel sends a FIN behind its last byte.
    stream.shutdown(Shutdown::Write)?;
    let received = client.read(&mut buffer)?;
    println!("client: {received} bytes");
    // Each is closed where its owner drops it: at the end of main, or earlier, like this.
    drop(client);
    drop(stream);
    drop(listener);
    Ok(())
}
