//! Your turn: deadlines. Chapter 11 of the book says what it is for, and what is new in Rust.
//! The small print, as in every exercise: a function does what its contract says, and nothing else ("Before you begin").

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use narrator::your_turn;
use socket2::Socket;

/// Receives exactly `count` bytes, all of them within `limit`, and returns them. 0 bytes: `Ok`, at once. Nothing behind them
/// is taken from the stream.
///
/// The limit is over: `TimedOut`, whatever recv's own word for it. The peer ends before: `UnexpectedEof`. A limit below 1 ms
/// is `InvalidInput`; the longest is `Duration::MAX`. An interrupted call is made again; any other error is handed on.
///
/// A timeout or a nonblocking mode that the stream has does not count, and is as it was afterwards, also after an error.
pub fn receive_within(stream: &Socket, count: usize, limit: Duration) -> io::Result<Vec<u8>> {
    your_turn!(stream, count, limit)
}

/// Connects to the server within `limit`. The socket that it returns is connected, blocking, and without a timeout.
///
/// The limit is over: `TimedOut`. Otherwise the caller gets connect's own error, and no socket is left behind.
pub fn connect_within(server: SocketAddr, limit: Duration) -> io::Result<Socket> {
    your_turn!(server, limit)
}
