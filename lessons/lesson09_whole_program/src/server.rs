//! The server around `serve_client`: how it opens, and how it serves many clients at once.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use narrator::LOOPBACK;
use socket2::{Domain, Socket, Type};

// ANCHOR: open
/// Steps 1 to 3 of every server. The option belongs to every life of it, or a restart would find the port taken.
pub fn open(address: SocketAddr) -> io::Result<Socket> {
    let listening = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    // On Windows the option means something else, and a restart needs none there.
    #[cfg(unix)]
    listening.set_reuse_address(true)?;
    listening.bind(&address.into())?;
    // Room for a crowd that comes at once; the kernel cuts it to its own limit (listen(2)).
    listening.listen(1024)?;
    Ok(listening)
}
// ANCHOR_END: open

// ANCHOR: serve
/// The accept loop: a thread for each client, so that none waits for another, and none can harm another.
///
/// `outcome` is told what became of each client, as it comes. Returns only when accept fails for good.
pub fn serve(
    listening: &Socket,
    serve_client: impl Fn(Socket) -> io::Result<Vec<u8>> + Send + Sync + Copy + 'static,
    outcome: impl Fn(SocketAddr, thread::Result<io::Result<Vec<u8>>>) + Send + Sync + Copy + 'static,
) -> io::Error {
    let room = Room::for_clients(1000);
    loop {
        let (stream, peer) = match listening.accept() {
            Ok((stream, peer)) => (stream, peer.as_socket().unwrap_or(LOOPBACK)),
            // The client was gone before we came for it (accept(2)), or a signal came.
            Err(error) if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::Interrupted) => continue,
            // No descriptor is left for one more: as soon as a client has gone there is.
            Err(_) if room.wait_until_somebody_leaves() => continue,
            Err(error) => return error,
        };
        let place = room.enter();
        // Not thread::spawn: that panics where the system has no thread for one more, and this loop would be over.
        let spawned = thread::Builder::new().spawn(move || {
            let result = panic::catch_unwind(AssertUnwindSafe(|| serve_client(stream)));
            outcome(peer, result);
            drop(place);
        });
        // Its stream is closed already, with the closure. The system's own error would read like a timeout's, EAGAIN.
        if spawned.is_err() {
            outcome(peer, Ok(Err(ErrorKind::ResourceBusy.into())));
        }
    }
}
// ANCHOR_END: serve

/// How many clients are served at once, so that there are descriptors and threads for them.
#[derive(Debug, Clone)]
struct Room {
    most: usize,
    inside: Arc<(Mutex<usize>, Condvar)>,
}

/// A client's place; it is free again when this is dropped.
#[derive(Debug)]
struct Place(Room);

impl Room {
    fn for_clients(most: usize) -> Self {
        Self { most, inside: Arc::default() }
    }

    /// Waits until there is a place.
    fn enter(&self) -> Place {
        let (count, somebody_left) = &*self.inside;
        let count = count.lock().unwrap_or_else(PoisonError::into_inner);
        let mut count =
            somebody_left.wait_while(count, |count| *count >= self.most).unwrap_or_else(PoisonError::into_inner);
        *count += 1;
        Place(self.clone())
    }

    /// Waits until a client leaves; `false` when there is none who could.
    fn wait_until_somebody_leaves(&self) -> bool {
        let (count, somebody_left) = &*self.inside;
        let count = count.lock().unwrap_or_else(PoisonError::into_inner);
        let before = *count;
        // A client that left while we were on our way here is noticed when the time is up.
        let waited = somebody_left.wait_timeout_while(count, Duration::from_secs(1), |count| *count >= before);
        drop(waited);
        before > 0
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let (count, somebody_left) = &*self.0.inside;
        *count.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        somebody_left.notify_all();
    }
}
