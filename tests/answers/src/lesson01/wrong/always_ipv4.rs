//! Always IPv4, whatever the address.
//!
//! says: [::1]:7000 is an IPv6 address, but the socket's family is AF_INET. Let the address
use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

// ANCHOR: bug
pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    let _ = address;
    Socket::new(Domain::IPV4, Type::STREAM, None)
}
// ANCHOR_END: bug
