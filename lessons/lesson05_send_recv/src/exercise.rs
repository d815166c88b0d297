//! # Your turn: send/recv
//!
//! **Make it happen.** Send every byte, although one send may take only some of them. Then sit at the other end, and
//! receive a whole text, however the bytes are cut into pieces on their way.
//!
//! **Why it matters.** One send and one recv work on your own machine, nearly always. On a busy one, or over a slow
//! network, the same program loses half a message, or shows a broken character, once a week.
//!
//! **New in Rust.**
//! - `&mut dyn Write`, `&mut dyn Read`: any stream at all. A `Socket` is both: its `write` is send(2), its `read` is
//!   recv(2). The lesson calls your functions with real sockets, and with a scripted stream that takes and gives a few
//!   bytes at a time, and is interrupted: a real one cannot be made to do so at will.
//! - `map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))`: makes an `io::Error` of that kind out of
//!   another error, such as the one of `String::from_utf8`.
//! - `collected.extend_from_slice(piece)`: appends the bytes of a slice to a `Vec<u8>`, which grows as it needs to.
//!
//! **Look it up.** <https://doc.rust-lang.org/std/io/trait.Write.html#tymethod.write>
//!
//! The standard library has `write_all` and `read_to_string`, too. Write first what they do. Then swap them in, and see
//! the same transcript.

use std::io::{self, Read, Write};

use narrator::your_turn;

/// Sends every byte, in order, although the stream may take only some of them at a time.
///
/// An interrupted call (`Interrupted`) took nothing and is no failure. A stream that takes 0 of the bytes that it is
/// offered will never take them: that is `WriteZero`. Any other error is handed on. No bytes to send are no failure.
pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    your_turn!(stream, bytes)
}

/// Receives all that the peer sends until it is done sending, and decodes it once, as UTF-8.
///
/// Bytes that are not UTF-8 are `InvalidData`. An interrupted call is no failure. Any other error is handed on, without
/// what came before it: a part could be taken for the whole.
pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    your_turn!(stream)
}
