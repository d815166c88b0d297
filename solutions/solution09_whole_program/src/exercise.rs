//! Your turn: the whole program. Chapter 9 of the book says what it is for, and what is new in Rust.
//! The small print, as in every exercise: a function does what its contract says, and nothing else ("Before you begin").

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;

use lesson09_whole_program::MOST;
use socket2::{Domain, Socket, Type};

/// The server's side of one conversation: sends the greeting, receives the answer until the client stops sending, closes.
///
/// An answer of more than 64 KiB (`lesson09_whole_program::MOST` bytes) is refused with `InvalidData`. What send and
/// recv say, such as a reset, or a timeout that the caller has set, is handed on.
pub fn serve_client(stream: Socket, greeting: &str) -> io::Result<Vec<u8>> {
    let mut stream = stream;
    stream.write_all(greeting.as_bytes())?;
    let mut answer = Vec::new();
    // One byte more than there may be: whoever sends it has said too much, and nobody's memory is filled by a stranger.
    // Until then this reads to the 0 that ends the stream.
    (&stream).take(MOST as u64 + 1).read_to_end(&mut answer)?;
    if answer.len() > MOST {
        return Err(ErrorKind::InvalidData.into());
    }
    // The stream goes out of scope here, on every way out: that closes it, and ends this client's connection only.
    Ok(answer)
}

/// The client's side: creates, connects, receives the greeting, sends the answer, closes. Returns the greeting.
///
/// The greeting is what one recv of at most 1024 bytes brings. What connect, recv and send say is handed on.
pub fn converse(address: SocketAddr, answer: &str) -> io::Result<Vec<u8>> {
    let mut server = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    server.connect(&address.into())?;
    // Nothing in this protocol says where the greeting ends, and the server goes on to wait for us: so one recv has to
    // do. It brings the whole greeting on a good day, and a piece of it on a bad one. A length in front of it, or a line
    // break behind it, would help.
    let mut greeting = vec![0; 1024];
    let received = server.read(&mut greeting)?;
    greeting.truncate(received);
    server.write_all(answer.as_bytes())?;
    // Closing sends the end of the stream behind the answer: that is how the server knows that it has all of it.
    Ok(greeting)
}
