//! Lesson 5: a greeting and its answer.

use std::io::{self, ErrorKind, Read};
use std::net::SocketAddr;

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
    let (mut stream, peer) = listener.accept()?;
    let peer = peer.as_socket().ok_or(ErrorKind::Unsupported)?;
    println!("accepted {peer}");

    let sent = stream.send(b"Welcome to study socket!")?;
    println!("server: {sent} bytes sent");
    let mut buffer = [0; 1024];
    // read is recv(2). What one recv brings is a piece of the stream, not a message.
    let received = client.read(&mut buffer)?;
    println!("client: {received} bytes, {}", String::from_utf8_lossy(&buffer[..received]));

    let sent = client.send("消息收到,over!".as_bytes())?;
    println!("client: {sent} bytes sent");
    let received = stream.read(&mut buffer)?;
    println!("server: {received} bytes, {}", String::from_utf8_lossy(&buffer[..received]));
    Ok(())
}
