//! Another thread hears the peer out, on a clone, and is joined.

use std::io::{self, Read};
use std::net::Shutdown;
use std::thread;

use socket2::Socket;

pub fn finish(stream: Socket) -> io::Result<Vec<u8>> {
    let clone = stream.try_clone()?;
    let hears = thread::spawn(move || {
        let mut heard = Vec::new();
        (&clone).read_to_end(&mut heard).map(|_| heard)
    });
    let ended = stream.shutdown(Shutdown::Write);
    let heard = hears.join().unwrap();
    ended.and(heard)
}
