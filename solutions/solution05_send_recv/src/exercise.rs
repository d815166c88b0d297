//! Your turn: send and recv. Chapter 5 of the book says what it is for, and what is new in Rust.
//! The small print, as in every exercise: a function does what its contract says, and nothing else ("Before you begin").

use std::io::{self, ErrorKind, Read, Write};

/// Sends every byte, in order, although the stream may take only some of them at a time.
///
/// An interrupted call (`Interrupted`) took nothing and is no failure. A stream that takes 0 of the bytes that it is
/// offered will never take them: that is `WriteZero`. Any other error is handed on. No bytes to send are no failure.
pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    let mut left = bytes;
    while !left.is_empty() {
        match stream.write(left) {
            // Asked again, it would say the same again, and we would never come back.
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            // What it took is gone; only the rest may be offered again.
            Ok(taken) => left = &left[taken..],
            // A signal came before the first byte was taken, so the same bytes are still to be sent.
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Receives all that the peer sends until it is done sending, and decodes it once, as UTF-8.
///
/// Bytes that are not UTF-8 are `InvalidData`. An interrupted call is no failure. Any other error is handed on, without
/// what came before it: a part could be taken for the whole.
pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        match stream.read(&mut buffer) {
            // Only 0 is the end: while the peer may still send, recv waits instead.
            Ok(0) => break,
            // The buffer's other bytes are old ones.
            Ok(received) => bytes.extend_from_slice(&buffer[..received]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    // A piece may end in the middle of a character; the whole does not.
    String::from_utf8(bytes).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}
