//! An IPv6 client goes one hop far.
//!
//! says: The socket that you return has another hop limit

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    (0..count).map(|_| listener.accept().map(|(stream, peer)| (stream, peer.as_socket().unwrap()))).collect()
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    if server.is_ipv6() {
        client.set_unicast_hops_v6(1)?;
    }
    client.connect(&server.into())?;
    Ok(client)
}
