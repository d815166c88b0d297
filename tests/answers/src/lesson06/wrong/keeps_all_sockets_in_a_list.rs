//! A list of the program keeps every socket.
//!
//! says: the socket that it was given is still open

use std::io::{self, Read};
use std::net::Shutdown;
use std::sync::Mutex;

use socket2::Socket;

static ALL: Mutex<Vec<Socket>> = Mutex::new(Vec::new());

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    stream.shutdown(Shutdown::Write)?;
    let mut heard = Vec::new();
    (&stream).read_to_end(&mut heard)?;
    ALL.lock().unwrap().push(stream);
    Ok(heard)
}
