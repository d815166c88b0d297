//! # Your turn: listen
//!
//! **Make it happen.** Open a server's listener: create the socket, bind it to the address that you are given, and
//! listen with the backlog that you are given. Three calls, `socket`, `bind` and `listen`, in this order.
//!
//! **Why it matters.** Every server begins with these three calls. The order is no matter of taste: a socket that
//! listens without a bind gets a name all the same, a random port on every interface, where no client looks for it and
//! strangers may find it.
//!
//! **New in Rust.**
//! - `?` on something half built: when bind fails, `?` leaves the function at once, and the socket made before it goes
//!   out of scope. That closes it. No clean-up code is needed, so none can be forgotten.
//! - `backlog: i32`: C's `int`, as `listen(2)` has it, because socket2 passes it on as it is.
//!
//! **Look it up.** <https://docs.rs/socket2/0.6/socket2/struct.Socket.html#method.listen>

use std::io;
use std::net::SocketAddr;

use narrator::your_turn;
use socket2::Socket;

/// Opens a listener at this address: creates a TCP socket of its family, binds it and listens, with that backlog.
///
/// When a call fails, the caller gets that call's error, and no socket is left behind.
pub fn open_listener(address: SocketAddr, backlog: i32) -> io::Result<Socket> {
    your_turn!(address, backlog)
}
