//! An iterator over single bytes, through a BufReader; an error of shutdown is left to recv.

use std::io::{self, BufReader, Read};
use std::net::Shutdown;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    let _ = stream.shutdown(Shutdown::Write);
    BufReader::new(stream).bytes().collect()
}
