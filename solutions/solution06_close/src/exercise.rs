//! Your turn: close. Chapter 6 of the book says what it is for, and what is new in Rust.
//! The small print, as in every exercise: a function does what its contract says, and nothing else ("Before you begin").

use std::io::{self, Read};
use std::net::Shutdown;

use socket2::Socket;

/// Says that we are done sending, hears the peer out, then closes. Returns what the peer still said.
///
/// The peer may answer only after it has seen our end, in pieces of any size; or it may have closed already. When it
/// breaks off with a reset, the caller gets `ConnectionReset`, whatever was heard before: nobody knows how much is
/// missing. Any other error is handed on as well.
pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    // First our own end: a peer that waits for it would otherwise wait for us, while we wait for the peer. Only this
    // half, or we could not hear the answer.
    stream.shutdown(Shutdown::Write)?;

    let mut heard = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        // An error is no end: `?` hands it on, and the socket is closed all the same.
        let received = (&stream).read(&mut buffer)?;
        if received == 0 {
            // The peer has ended its half too. Here the function ends, `stream` is dropped, and so closed.
            return Ok(heard);
        }
        heard.extend_from_slice(&buffer[..received]);
    }
}
