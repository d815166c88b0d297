//! # Your turn: close
//!
//! **Make it happen.** You have sent your last byte, but the peer may have more to say. Let it know that nothing more
//! comes from you, hear it out to its own end, then close, and give back what it still said.
//!
//! **Why it matters.** A peer that is never told of the end waits for it. A peer that is still speaking when you close
//! is answered by a reset, and what it said is lost. A connection that ends well is ended by both.
//!
//! **New in Rust.**
//! - `stream: Socket`, without a `&`: the function owns the socket. It is closed where its owner drops it, at the
//!   latest where the function ends.
//! - `(&stream).read(&mut buffer)`: reading needs a `mut` reader. A `&Socket` is a reader too, a new one at each call,
//!   so `stream` itself need not be `mut`. (`let mut stream = stream;` is the other way.)
//!
//! **Look it up.** <https://docs.rs/socket2/0.6/socket2/struct.Socket.html#method.shutdown>

use std::io;

use narrator::your_turn;
use socket2::Socket;

/// Says that we are done sending, hears the peer out, then closes. Returns what the peer still said.
///
/// The peer may answer only after it has seen our end, in pieces of any size; or it may have closed already. When it
/// breaks off with a reset, the caller gets `ConnectionReset`, whatever was heard before: nobody knows how much is
/// missing.
pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    your_turn!(stream)
}
