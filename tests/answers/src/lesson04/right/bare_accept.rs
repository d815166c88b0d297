//! The bare call, close-on-exec set by hand; connect nonblocking and waited for by its peer.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn accept_clients(listener: &Socket, count: usize) -> io::Result<Vec<(Socket, SocketAddr)>> {
    let mut clients = Vec::new();
    while clients.len() != count {
        let (stream, _) = listener.accept_raw()?;
        #[cfg(unix)]
        stream.set_cloexec(true)?;
        let peer = stream.peer_addr()?.as_socket().ok_or(ErrorKind::Unsupported)?;
        clients.push((stream, peer));
    }
    Ok(clients)
}

pub fn connect_to(server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.set_nonblocking(true)?;
    if let Err(error) = client.connect(&server.into()) {
        // EINPROGRESS
        if error.raw_os_error() != Some(115) {
            return Err(error);
        }
    }
    while client.peer_addr().is_err() {
        if let Some(error) = client.take_error()? {
            return Err(error);
        }
        std::thread::yield_now();
    }
    client.set_nonblocking(false)?;
    Ok(client)
}
