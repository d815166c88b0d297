//! Lesson 2: the socket gets its name, and tells it.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

fn main() -> io::Result<()> {
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    // Port 0 asks the kernel to choose a port.
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    println!("asked for {address}");
    listener.bind(&address.into())?;
    let server = listener.local_addr()?.as_socket().ok_or(ErrorKind::Unsupported)?;
    println!("bound to {server}");

    match listener.peer_addr() {
        Ok(peer) => println!("its peer: {}", peer.as_socket().ok_or(ErrorKind::Unsupported)?),
        Err(error) => println!("its peer: error {:?}", error.kind()),
    }
    Ok(())
}
