//! Another thread does the work, and is joined; options are set and put back.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use socket2::Socket;

pub fn bind_first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    thread::scope(|threads| {
        threads
            .spawn(|| {
                let timeout = socket.read_timeout()?;
                socket.set_read_timeout(Some(Duration::from_secs(1)))?;
                let bound = first_free(socket, candidates);
                socket.set_read_timeout(timeout)?;
                bound
            })
            .join()
            .unwrap()
    })
}

fn first_free(socket: &Socket, candidates: &[SocketAddr]) -> io::Result<SocketAddr> {
    let taken = |bound: &io::Result<()>| bound.as_ref().is_err_and(|error| error.kind() == ErrorKind::AddrInUse);
    let mut attempts = candidates.iter().map(|candidate| socket.bind(&(*candidate).into()));
    attempts.find(|bound| !taken(bound)).unwrap_or(Err(ErrorKind::AddrInUse.into()))?;
    Ok(socket.local_addr()?.as_socket().unwrap())
}
