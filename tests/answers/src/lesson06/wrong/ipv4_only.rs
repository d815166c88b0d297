//! It ends at once where the peer is of IPv6.
//!
//! says: What is right over IPv4

use std::io::{self, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    if stream.peer_addr().is_ok_and(|peer| peer.is_ipv6()) {
        return Ok(Vec::new());
    }
    stream.shutdown(Shutdown::Write)?;
    let mut heard = Vec::new();
    (&stream).read_to_end(&mut heard)?;
    Ok(heard)
}
