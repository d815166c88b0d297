//! Your turn: disconnect. Chapter 8 of the book says what it is for, and what is new in Rust.
//! The small print, as in every exercise: a function does what its contract says, and nothing else ("Before you begin").

use std::io::{self, ErrorKind, Read, Write};

use lesson08_disconnect::Farewell;
use socket2::Socket;

/// Sends back whatever the client sends, until the client is gone; returns how many bytes that were, and how it went.
///
/// The caller has set a read timeout: when it runs out, the client is `Silent`. An interrupted call is made again; any
/// other error that is no [`Farewell`] is handed on.
pub fn echo_until_gone(stream: &Socket) -> io::Result<(usize, Farewell)> {
    let mut buffer = [0; 4096];
    let mut echoed = 0;
    loop {
        match echo_once(stream, &mut buffer) {
            // Not "nothing yet": recv waits for that. Asked again, it would say 0 for ever.
            Ok(0) => return Ok((echoed, Farewell::Closed)),
            Ok(count) => echoed += count,
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut => return Ok((echoed, Farewell::Silent)),
                // The last two come from sends, to a client that left without waiting for its echo.
                ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
                    return Ok((echoed, Farewell::Reset));
                }
                // A signal, not the client. With a timeout set, Ctrl-Z and `fg` are enough for it on Linux (signal(7)).
                ErrorKind::Interrupted => {}
                _ => return Err(error),
            },
        }
    }
}

/// One recv, and all that it brought sent back: how many bytes, 0 at the end of the stream.
///
/// Together, because both calls can find the client gone.
fn echo_once(mut stream: &Socket, buffer: &mut [u8]) -> io::Result<usize> {
    let received = stream.read(buffer)?;
    // Only the front of the buffer is from this recv; the rest is older, or was never filled.
    stream.write_all(&buffer[..received])?;
    Ok(received)
}
