//! # Your turn: disconnect
//!
//! **Make it happen.** Send every byte back to the client that it came from, and go on until that client is gone. Then
//! say how many bytes you echoed, and how it went: it closed, it broke the connection off, or it fell silent.
//!
//! **Why it matters.** Clients go in all these ways every day. A server that takes one of them for a failure dies of
//! it, one that takes it for a pause spins. Nobody tells you that a client is gone: you read it off what recv and send
//! return.
//!
//! **New in Rust.**
//! - `let mut stream = stream;`: `read` and `write_all` exist for `&Socket` too, and want that reference in a variable
//!   that is `mut`. The socket itself is shared, and stays as it is.
//! - `match error.kind() { ErrorKind::WouldBlock | ErrorKind::TimedOut => … }`: one arm for several kinds. You have met
//!   the same as a guard: `if matches!(error.kind(), …)`.
//!
//! **Look it up.** What counts as which [`Farewell`]: this lesson's `src/lib.rs`, near the top. The timeout:
//! <https://docs.rs/socket2/0.6/socket2/struct.Socket.html#method.set_read_timeout>

use std::io;

use lesson08_disconnect::Farewell;
use narrator::your_turn;
use socket2::Socket;

/// Sends back whatever the client sends, until the client is gone; returns how many bytes that were, and how it went.
///
/// The caller has set a read timeout: when it runs out, the client is `Silent`. An interrupted call is made again; any
/// other error that is no [`Farewell`] is handed on.
pub fn echo_until_gone(stream: &Socket) -> io::Result<(usize, Farewell)> {
    your_turn!(stream)
}
