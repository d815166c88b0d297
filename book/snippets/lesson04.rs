//! Lesson 4: a client connects, and the listener accepts it.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

fn main() -> io::Result<()> {
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    listener.bind(&address.into())?;
    listener.listen(5)?;
    let server = listener.local_addr()?.as_socket().ok_or(ErrorKind::Unsupported)?;
    println!("listening at {server}");

    // No bind: the kernel chooses a port for the client.
    let client = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    client.connect(&server.into())?;
    let name = client.local_addr()?.as_socket().ok_or(ErrorKind::Unsupported)?;
    println!("the client is {name}");

    let (stream, peer) = listener.accept()?;
    let peer = peer.as_socket().ok_or(ErrorKind::Unsupported)?;
    println!("accepted {peer}");
    let name = stream.local_addr()?.as_socket().ok_or(ErrorKind::Unsupported)?;
    println!("the stream is {name}");
    Ok(())
}
