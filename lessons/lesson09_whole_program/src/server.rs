//! The server around `serve_client`: how it opens, and how it serves many clients at once.

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::net::{Shutdown, SocketAddr};
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

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
    let room = Room::default();
    loop {
        let (stream, peer) = match listening.accept() {
            Ok((stream, peer)) => (stream, peer.as_socket().unwrap_or(LOOPBACK)),
            // The client was gone before we came for it (accept(2)), or a signal came.
            Err(error) if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::Interrupted) => continue,
            // No descriptor is left for one more: as soon as a client has gone there is.
            Err(_) if room.wait_until_somebody_leaves() => continue,
            Err(error) => return error,
        };
        let place = match room.enter(&stream) {
            Ok(place) => place,
            Err(error) => {
                outcome(peer, Ok(Err(error)));
                continue;
            }
        };
        // Not thread::spawn: that panics where the system has no thread for one more, and this loop would be over.
        let spawned = thread::Builder::new().spawn(move || {
            let result = panic::catch_unwind(AssertUnwindSafe(|| serve_client(stream)));
            outcome(peer, if place.was_taken() { Ok(Err(ErrorKind::QuotaExceeded.into())) } else { result });
        });
        // Its stream is closed already, with the closure. The system's own error would read like a timeout's, EAGAIN.
        if spawned.is_err() {
            outcome(peer, Ok(Err(ErrorKind::ResourceBusy.into())));
        }
    }
}
// ANCHOR_END: serve

/// How many clients are served at once. Each has a thread and two descriptors, of which a process often may have 1024.
const PLACES: usize = 500;

/// How long a client may stay when others wait for its place.
const STAY: Duration = Duration::from_millis(500);

/// The clients that are being served, those that came first in front.
#[derive(Debug, Clone, Default)]
struct Room(Arc<(Mutex<VecDeque<Guest>>, Condvar)>);

#[derive(Debug)]
struct Guest {
    since: Instant,
    /// A clone, by which the room can end the conversation.
    stream: Socket,
    /// Whether it has done so.
    sent_away: Arc<AtomicBool>,
}

/// A client's place; it is free again when this is dropped.
#[derive(Debug)]
struct Place {
    room: Room,
    was_taken: Arc<AtomicBool>,
}

impl Room {
    /// Takes a place. When there is none the client that has been here longest has to go, once it has been here for
    /// [`STAY`]: who only sits there keeps nobody out.
    fn enter(&self, stream: &Socket) -> io::Result<Place> {
        let (guests, somebody_left) = &*self.0;
        let was_taken = Arc::new(AtomicBool::new(false));
        let guest = Guest { since: Instant::now(), stream: stream.try_clone()?, sent_away: Arc::clone(&was_taken) };
        let mut inside = guests.lock().unwrap_or_else(PoisonError::into_inner);
        while inside.len() >= PLACES {
            let staying = inside.iter().find(|guest| !guest.sent_away.load(Relaxed));
            let left = staying.map_or(STAY, |guest| STAY.saturating_sub(guest.since.elapsed()));
            if left.is_zero()
                && let Some(guest) = staying
            {
                guest.sent_away.store(true, Relaxed);
                // Whatever its thread waits for, it waits no more.
                let _ = guest.stream.shutdown(Shutdown::Both);
            }
            let waited = somebody_left.wait_timeout(inside, left.max(STAY / 100));
            inside = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        inside.push_back(guest);
        Ok(Place { room: self.clone(), was_taken })
    }

    /// Waits until a client leaves; `false` when there is none who could.
    fn wait_until_somebody_leaves(&self) -> bool {
        let (guests, somebody_left) = &*self.0;
        let inside = guests.lock().unwrap_or_else(PoisonError::into_inner);
        let before = inside.len();
        // A client that left while we were on our way here is noticed when the time is up.
        let waited = somebody_left.wait_timeout_while(inside, Duration::from_secs(1), |inside| inside.len() >= before);
        drop(waited);
        before > 0
    }
}

impl Place {
    /// Whether the client had to go.
    fn was_taken(&self) -> bool {
        self.was_taken.load(Relaxed)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let (guests, somebody_left) = &*self.room.0;
        let mut inside = guests.lock().unwrap_or_else(PoisonError::into_inner);
        inside.retain(|guest| !Arc::ptr_eq(&guest.sent_away, &self.was_taken));
        somebody_left.notify_all();
    }
}
