//! A thread holds the port on a clone.
//!
//! says: a thread that it started still runs

use std::io;
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if cfg!(unix) {
        listener.set_reuse_address(true)?;
    }
    listener.bind(&address.into())?;
    listener.listen(128)?;
    let clone = listener.try_clone()?;
    thread::spawn(move || {
        thread::sleep(Duration::from_secs(4));
        drop(clone);
    });
    Ok(listener)
}
