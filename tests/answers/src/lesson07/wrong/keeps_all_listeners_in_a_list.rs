//! A list of the program has a clone of every listener.
//!
//! says: a socket is open that was not before

use std::io;
use std::net::SocketAddr;
use std::sync::Mutex;

use socket2::{Domain, Socket, Type};

static ALL: Mutex<Vec<Socket>> = Mutex::new(Vec::new());

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if cfg!(unix) {
        listener.set_reuse_address(true)?;
    }
    listener.bind(&address.into())?;
    listener.listen(128)?;
    ALL.lock().unwrap().push(listener.try_clone()?);
    Ok(listener)
}
