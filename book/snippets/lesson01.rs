//! Lesson 1: a socket, as the kernel hands it out. What does it have, and what not?

use std::io::{self, ErrorKind};

use socket2::{Domain, Socket, Type};

fn main() -> io::Result<()> {
    // Named for what it is to be: in lesson 3 it listens.
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None)?;

    // All zeros is no name. Windows says the same with an error.
    match listener.local_addr() {
        Ok(name) => println!("its name: {}", name.as_socket().ok_or(ErrorKind::Unsupported)?),
        Err(error) => println!("its name: error {:?}", error.kind()),
    }
    match listener.peer_addr() {
        Ok(peer) => println!("its peer: {}", peer.as_socket().ok_or(ErrorKind::Unsupported)?),
        Err(error) => println!("its peer: error {:?}", error.kind()),
    }
    Ok(())
}
