//! It wants the end to be sent at once.
//!
//! says: The socket that you closed has another no-delay

use std::io::{self, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    stream.set_tcp_nodelay(true)?;
    stream.shutdown(Shutdown::Write)?;
    let mut heard = Vec::new();
    (&stream).read_to_end(&mut heard)?;
    Ok(heard)
}
