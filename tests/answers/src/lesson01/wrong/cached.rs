//! One socket of each family for ever, of which everybody gets a clone.
//!
//! says: a socket is open that was not before

use std::io;
use std::net::SocketAddr;
use std::sync::OnceLock;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    static IPV4: OnceLock<Socket> = OnceLock::new();
    static IPV6: OnceLock<Socket> = OnceLock::new();
    let cached = if address.is_ipv4() { &IPV4 } else { &IPV6 };
    if cached.get().is_none() {
        let _ = cached.set(Socket::new(Domain::for_address(address), Type::STREAM, None)?);
    }
    cached.get().unwrap().try_clone()
}
