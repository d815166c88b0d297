//! # Your turn: reuse
//!
//! **Make it happen.** Open a listener for a server that is restarted again and again: by an update, by a crash, by a
//! developer every other minute. Each life opens the port of the one before it, at once, whatever that one left
//! behind. Only one thing may keep it out: a listener that still lives there.
//!
//! **Why it matters.** A server's first start always works, and so does a restart after a quiet hour. The restart that
//! fails is the one on a busy day; and whoever adds the cure then finds that it helps only the restart after this one.
//!
//! **New in Rust.**
//! - `if cfg!(unix) { … }`: the compiler makes `cfg!(unix)` a plain `true` for Linux, macOS and their kin, and `false`
//!   for Windows. You want it, because Windows has another option under the name SO_REUSEADDR: with it, a socket takes
//!   a port that somebody is using. A restart there needs no option at all.
//!
//! **Look it up.** <https://docs.rs/socket2/0.6/socket2/struct.Socket.html#method.set_reuse_address>

use std::io;
use std::net::SocketAddr;

use narrator::your_turn;
use socket2::Socket;

/// Opens a listener that a restarted server can open again at once, but that never steals a live one's port.
///
/// It is at this address and no other, IPv4 or IPv6; several clients may come before the first accept, and accept
/// waits. Where a listener lives already the caller learns of it, at once, by bind's own error: `AddrInUse`.
pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    your_turn!(address)
}
