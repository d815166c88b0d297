//! The wire: the TCP segments of this run, captured.
//!
//! With `--wire` a lesson runs in a network of its own, which nobody else can see or use. Whatever crosses its loopback
//! interface is read from a packet socket (packet(7)). A lesson says which segments it waits for; the story then tells the
//! ones that came. None is ever made up, and one that did not come is told as such.

mod own_network;
mod pcapng;
mod segment;
#[cfg(target_os = "linux")]
mod tap;

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub(crate) use own_network::{enter, look_inside};
pub use segment::{Flags, Segment};

/// How long a story waits for a segment.
const PATIENCE: Duration = Duration::from_secs(2);

/// A segment that a lesson waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// Who sends it; `None` where only the wire knows the client's address.
    from: Option<SocketAddr>,
    to: Option<SocketAddr>,
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Syn,
    SynAgain,
    SynAck,
    Ack,
    Data(usize),
    DataAgain,
    Fin,
    Reset,
}

impl Expected {
    fn new(from: SocketAddr, to: SocketAddr, what: What) -> Self {
        Self { from: Some(from), to: Some(to), what }
    }

    /// Between whom, as a story tells it.
    pub(crate) fn between(&self) -> String {
        let end = |address: Option<SocketAddr>| address.map_or("?".to_owned(), |address| address.to_string());
        format!("{} → {}", end(self.from), end(self.to))
    }

    fn fits(&self, segment: &Segment) -> bool {
        let ends = self.from.is_none_or(|from| from == segment.from) && self.to.is_none_or(|to| to == segment.to);
        let has = |flag| segment.flags.has(flag);
        ends && match self.what {
            What::Syn => has(Flags::SYN) && !has(Flags::ACK) && !segment.again,
            What::SynAgain => has(Flags::SYN) && !has(Flags::ACK) && segment.again,
            What::SynAck => has(Flags::SYN) && has(Flags::ACK),
            What::Ack => segment.is_pure_ack(),
            What::Data(_) => segment.length > 0 && !segment.again,
            What::DataAgain => segment.length > 0 && segment.again,
            What::Fin => has(Flags::FIN),
            What::Reset => has(Flags::RST),
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.what {
            What::Syn => f.write_str("no SYN"),
            What::SynAgain => f.write_str("no second SYN"),
            What::SynAck => f.write_str("no SYN, ACK"),
            What::Ack => f.write_str("no ACK"),
            What::Data(count) => write!(f, "not {count} bytes"),
            What::DataAgain => f.write_str("nothing sent again"),
            What::Fin => f.write_str("no FIN"),
            What::Reset => f.write_str("no RST"),
        }?;
        write!(f, " within {} s", PATIENCE.as_secs())
    }
}

/// The three segments by which a client and a server connect (RFC 9293 §3.5).
pub fn handshake(client: SocketAddr, server: SocketAddr) -> Vec<Expected> {
    vec![
        Expected::new(client, server, What::Syn),
        Expected::new(server, client, What::SynAck),
        Expected::new(client, server, What::Ack),
    ]
}

/// A client asks for a connection, and hears that there is none to be had.
pub fn refused(server: SocketAddr) -> Vec<Expected> {
    vec![
        Expected { from: None, to: Some(server), what: What::Syn },
        Expected { from: Some(server), to: None, what: What::Reset },
    ]
}

/// A client asks for a connection, whatever comes of it.
pub fn asked(client: SocketAddr, server: SocketAddr) -> Vec<Expected> {
    vec![Expected::new(client, server, What::Syn)]
}

/// A client asks for a connection, and asks once more.
pub fn asked_twice(client: SocketAddr, server: SocketAddr) -> Vec<Expected> {
    vec![Expected::new(client, server, What::Syn), Expected::new(client, server, What::SynAgain)]
}

/// So many bytes, in however many segments.
pub fn data(from: SocketAddr, to: SocketAddr, bytes: usize) -> Vec<Expected> {
    vec![Expected::new(from, to, What::Data(bytes))]
}

/// Bytes that crossed before, once more: nobody has acknowledged them.
pub fn sent_again(from: SocketAddr, to: SocketAddr) -> Vec<Expected> {
    vec![Expected::new(from, to, What::DataAgain)]
}

/// The end of what this side sends.
pub fn fin(from: SocketAddr, to: SocketAddr) -> Vec<Expected> {
    vec![Expected::new(from, to, What::Fin)]
}

/// That this side knows nothing of such a connection, or not any more.
pub fn reset(from: SocketAddr, to: SocketAddr) -> Vec<Expected> {
    vec![Expected::new(from, to, What::Reset)]
}

/// An acknowledgement that carries nothing, where it means something: most depend on timing alone.
pub fn ack(from: SocketAddr, to: SocketAddr) -> Vec<Expected> {
    vec![Expected::new(from, to, What::Ack)]
}

/// What came of waiting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It crossed the wire.
    Crossed(Segment),
    /// It did not, in time.
    Missing(Expected),
}

/// The wire of this run.
#[derive(Debug)]
pub(crate) struct Wire {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    log: Mutex<Log>,
    changed: Condvar,
}

/// What crossed, in its order.
#[derive(Debug, Default)]
struct Log {
    segments: Vec<Segment>,
    /// Those that the story has told.
    told: Vec<bool>,
    directions: HashMap<(SocketAddr, SocketAddr), Direction>,
    file: Option<File>,
    failure: Option<io::Error>,
    ended: bool,
}

/// What one side of a connection has sent so far, by the numbers in the headers.
#[derive(Debug, Clone, Copy)]
struct Direction {
    first: u32,
    next: u32,
}

impl Log {
    /// Counts the segment's numbers from the connection's first, and finds out whether it was sent before.
    fn add(&mut self, mut segment: Segment) {
        let (from, to) = (segment.from, segment.to);
        let syn = segment.flags.has(Flags::SYN);
        let known = self.directions.get(&(from, to)).copied().filter(|known| !syn || known.first == segment.sequence);
        let taken = segment.length as u32 + u32::from(syn) + u32::from(segment.flags.has(Flags::FIN));
        let end = segment.sequence.wrapping_add(taken);
        // Not before it, going round at the end of the numbers (RFC 9293 §3.4).
        let new = known.is_none_or(|known| end.wrapping_sub(known.next) as i32 > 0);
        segment.again = taken > 0 && !new;
        if syn && known.is_none() {
            self.directions.insert((from, to), Direction { first: segment.sequence, next: end });
        } else if let Some(known) = self.directions.get_mut(&(from, to)).filter(|_| new) {
            known.next = end;
        }
        // A reset that answers a SYN has no numbers of its own: it begins with 0.
        let first = |from, to| self.directions.get(&(from, to)).map_or(0, |known| known.first);
        segment.sequence = segment.sequence.wrapping_sub(first(from, to));
        segment.acknowledgement = segment.acknowledgement.wrapping_sub(first(to, from));
        self.segments.push(segment);
        self.told.push(false);
    }

    /// The first segment not told yet that fits.
    fn find(&self, expected: &Expected) -> Option<usize> {
        (0..self.segments.len()).find(|at| !self.told[*at] && expected.fits(&self.segments[*at]))
    }

    /// What crossed between the same two before one of these, and was neither waited for nor told: no pure ACKs.
    fn unexpected(&self, places: &[usize]) -> Vec<usize> {
        let same = |a: &Segment, b: &Segment| (a.from, a.to) == (b.from, b.to) || (a.from, a.to) == (b.to, b.from);
        let last = places.iter().max().copied().unwrap_or_default();
        (0..last)
            .filter(|at| !self.told[*at] && !self.segments[*at].is_pure_ack())
            .filter(|at| places.iter().any(|place| same(&self.segments[*place], &self.segments[*at])))
            .collect()
    }
}

impl Wire {
    /// Begins to capture; every segment is written into the file as well.
    ///
    /// # Errors
    /// Those of `socket(2)`, `setsockopt(2)` and `write(2)`; `Unsupported` elsewhere than on Linux.
    pub(crate) fn tap(file: Option<File>) -> io::Result<Self> {
        let shared = Arc::new(Shared { log: Mutex::new(Log::default()), changed: Condvar::new() });
        if let Some(mut file) = file {
            pcapng::begin(&mut file)?;
            shared.log().file = Some(file);
        }
        let wire = Self { shared: Arc::clone(&shared) };
        #[cfg(target_os = "linux")]
        tap::start(move |packet| shared.take(packet))?;
        #[cfg(not(target_os = "linux"))]
        return Err(io::ErrorKind::Unsupported.into());
        #[cfg(target_os = "linux")]
        Ok(wire)
    }

    /// Waits for these segments in their order, at most 2 s for all of them.
    pub(crate) fn wait(&self, expected: &[Expected]) -> Vec<Seen> {
        let deadline = Instant::now() + PATIENCE;
        let mut log = self.shared.log();
        let (mut places, mut missing) = (Vec::new(), Vec::new());
        for each in expected {
            let mut bytes = 0;
            loop {
                let Some(place) = log.find(each) else {
                    let Some(left) = deadline.checked_duration_since(Instant::now()) else {
                        missing.push(Seen::Missing(*each));
                        break;
                    };
                    log = self.shared.changed.wait_timeout(log, left).unwrap_or_else(PoisonError::into_inner).0;
                    continue;
                };
                log.told[place] = true;
                places.push(place);
                bytes += log.segments[place].length;
                if !matches!(each.what, What::Data(count) if bytes < count) {
                    break;
                }
            }
        }
        for place in log.unexpected(&places) {
            log.told[place] = true;
            // Where it crossed; those that were waited for stay in the order of their cause.
            let before = places.iter().position(|each| *each > place).unwrap_or(places.len());
            places.insert(before, place);
        }
        let crossed = places.into_iter().map(|place| Seen::Crossed(log.segments[place].clone()));
        crossed.chain(missing).collect()
    }

    /// Who sends the first of these segments, as soon as it has crossed.
    pub(crate) fn sender(&self, expected: &[Expected]) -> Option<SocketAddr> {
        let first = expected.first()?;
        let log = self.shared.log();
        let waited = self.shared.changed.wait_timeout_while(log, PATIENCE, |log| log.find(first).is_none());
        let log = waited.unwrap_or_else(PoisonError::into_inner).0;
        log.find(first).map(|place| log.segments[place].from)
    }

    /// How many packets the kernel had to throw away because they were not read in time.
    ///
    /// # Errors
    /// What the kernel answers.
    pub(crate) fn lost(&self) -> io::Result<u32> {
        #[cfg(target_os = "linux")]
        return tap::lost();
        #[cfg(not(target_os = "linux"))]
        Ok(0)
    }

    /// Waits until all that has crossed so far is captured.
    ///
    /// # Errors
    /// `TimedOut` when that takes more than 2 s; those of writing the file.
    pub(crate) fn end(&self) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        tap::send_end_mark()?;
        let log = self.shared.log();
        let waited = self.shared.changed.wait_timeout_while(log, PATIENCE, |log| !log.ended);
        let mut log = waited.unwrap_or_else(PoisonError::into_inner).0;
        match log.failure.take() {
            Some(failure) => Err(failure),
            None if log.ended => Ok(()),
            None => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

impl Shared {
    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One packet, as it was captured.
    #[cfg(target_os = "linux")]
    fn take(&self, packet: &[u8]) {
        let mut log = self.log();
        if let Some(segment) = Segment::parse(packet) {
            let written = log.file.as_mut().map_or(Ok(()), |file| pcapng::packet(file, packet));
            if let Err(error) = written {
                log.failure.get_or_insert(error);
            }
            log.add(segment);
        } else if tap::is_end_mark(packet) {
            log.ended = true;
        }
        drop(log);
        self.changed.notify_all();
    }
}
