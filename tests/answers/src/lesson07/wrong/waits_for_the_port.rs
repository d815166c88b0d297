//! Tries again until the port is free, whoever has it.
//!
//! says: Your function came back only after 2 s, when the live listener had given up

use std::io;
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    loop {
        let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
        match listener.bind(&address.into()) {
            Ok(()) => {
                listener.listen(128)?;
                return Ok(listener);
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => thread::sleep(Duration::from_millis(100)),
            Err(error) => return Err(error),
        }
    }
}
