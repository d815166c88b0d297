//! The other side, where an exercise needs one: it does what lessons have shown before, and never waits long.

use std::io::{self, ErrorKind, Read, Write};
use std::mem::MaybeUninit;
use std::net::{IpAddr, Ipv6Addr, Shutdown, SocketAddr};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};

use crate::kernel::{self, Row, State, connection};
use crate::{LOOPBACK, Story, blocks, local_address, peer_address, settings, wire};

/// How long a partner waits for the learner's code before it gives up.
pub const PATIENCE: Duration = Duration::from_secs(2);

/// Longer than any partner waits: the timeout of a stream where silence is not what the step is about.
pub const LONG: Duration = Duration::from_secs(4);

/// [`LOOPBACK`], of IPv6.
pub const LOOPBACK_V6: SocketAddr = SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 0);

/// A listener on loopback, and its address.
///
/// # Errors
/// Those of `socket(2)`, `bind(2)` and `listen(2)`.
pub fn listen(backlog: i32) -> io::Result<(Socket, SocketAddr)> {
    listen_at(LOOPBACK, backlog)
}

/// A listener on IPv6's loopback, and its address. `None` where the system has no IPv6: the step that has begun is skipped.
///
/// # Errors
/// As of [`listen`].
pub fn listen_v6(story: &mut Story, backlog: i32) -> io::Result<Option<(Socket, SocketAddr)>> {
    if has_v6(story) { listen_at(LOOPBACK_V6, backlog).map(Some) } else { Ok(None) }
}

/// Whether this system has IPv6, with an address on loopback. Where it has none, the step that has begun is skipped.
pub fn has_v6(story: &mut Story) -> bool {
    let bound = Socket::new(Domain::IPV6, Type::STREAM, None).and_then(|socket| socket.bind(&LOOPBACK_V6.into()));
    if bound.is_err() {
        story.skip("this system has no IPv6.");
    }
    bound.is_ok()
}

/// A listener at this address, and the address that it really has.
///
/// # Errors
/// As of [`listen`].
pub fn listen_at(address: SocketAddr, backlog: i32) -> io::Result<(Socket, SocketAddr)> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    listener.bind(&address.into())?;
    listener.listen(backlog)?;
    let address = local_address(&listener)?;
    Ok((listener, address))
}

/// An address that no connection can be made to, and the kind of connect's error: loopback's broadcast address, for TCP has
/// no broadcast. `None` where this system gives no error at once.
pub fn out_of_reach() -> Option<(SocketAddr, ErrorKind)> {
    let address = SocketAddr::from(([127, 255, 255, 255], 7000));
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).ok()?;
    let error = socket.connect_timeout(&address.into(), Duration::from_secs(1)).err()?;
    (error.kind() != ErrorKind::TimedOut).then(|| (address, error.kind()))
}

/// A client connected to the server, and its address. It waits at most 2 s for anything that it reads or writes.
///
/// # Errors
/// Those of `connect(2)`: `ConnectionRefused` (ECONNREFUSED) where nobody listens, `TimedOut` where nobody answers.
pub fn connect(server: SocketAddr) -> io::Result<(Socket, SocketAddr)> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect_timeout(&server.into(), PATIENCE)?;
    client.set_read_timeout(Some(PATIENCE))?;
    client.set_write_timeout(Some(PATIENCE))?;
    // An urgent byte is none of its own to it, but one among the others: so that it hears all that is sent.
    client.set_out_of_band_inline(true)?;
    let address = local_address(&client)?;
    Ok((client, address))
}

/// A stream that a server has accepted, and the client at its other end: `server` and `client` in the story.
///
/// On the stream, recv and send wait no longer than `timeout`; with `None` they wait as long as it takes.
///
/// # Errors
/// As of [`listen`] and [`connect`]; those of `accept(2)`.
pub fn meet(story: &mut Story, timeout: Option<Duration>) -> io::Result<(Socket, Socket)> {
    meet_at(story, LOOPBACK, timeout)
}

/// The same at IPv6's loopback. `None` where the system has no IPv6: the step that has begun is skipped.
///
/// # Errors
/// As of [`meet`].
pub fn meet_v6(story: &mut Story, timeout: Option<Duration>) -> io::Result<Option<(Socket, Socket)>> {
    if has_v6(story) { meet_at(story, LOOPBACK_V6, timeout).map(Some) } else { Ok(None) }
}

fn meet_at(story: &mut Story, address: SocketAddr, timeout: Option<Duration>) -> io::Result<(Socket, Socket)> {
    let (stream, client) = met(address, timeout)?;
    let (server, own) = (local_address(&stream)?, local_address(&client)?);
    story.name(server, "server");
    story.name(own, "client");
    story.wire(wire::handshake(own, server));
    Ok((stream, client))
}

/// The same as [`meet`], at this address, and nobody is told.
///
/// # Errors
/// As of [`meet`].
pub fn met(address: SocketAddr, timeout: Option<Duration>) -> io::Result<(Socket, Socket)> {
    let (listener, server) = listen_at(address, 1)?;
    let (client, _) = connect(server)?;
    let (stream, _) = listener.accept()?;
    stream.set_read_timeout(timeout)?;
    stream.set_write_timeout(timeout)?;
    Ok((stream, client))
}

/// A stream that a server has accepted, and the client at its other end, each with every setting as the system makes it.
///
/// # Errors
/// As of [`listen`] and [`connect`]; those of `accept(2)`.
pub fn plain_pair() -> io::Result<(Socket, Socket)> {
    plain_pair_at(LOOPBACK)
}

/// The same at this address, such as [`LOOPBACK_V6`].
///
/// # Errors
/// As of [`plain_pair`].
pub fn plain_pair_at(address: SocketAddr) -> io::Result<(Socket, Socket)> {
    let (listener, server) = listen_at(address, 1)?;
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    Ok((listener.accept()?.0, client))
}

/// A stream whose client has said this and is done sending, all before anybody hears it; and the client. `owned`: it
/// is set as an owner may have it, and does not even wait, for all is there.
///
/// # Errors
/// As of [`meet`]; those of `send(2)` and `setsockopt(2)`.
pub fn has_said(words: &[u8], owned: bool) -> io::Result<(Socket, Socket)> {
    let (stream, client) = met(LOOPBACK, Some(LONG))?;
    (&client).write_all(words)?;
    client.shutdown(Shutdown::Write)?;
    // Its end comes last: when that is there, all is.
    let there = connection(local_address(&stream)?, local_address(&client)?, State::CloseWait).find();
    if owned {
        settings::as_owned(&stream)?;
        stream.set_nonblocking(there.is_ok())?;
    }
    Ok((stream, client))
}

/// A socket whose next call fails with `ConnectionRefused`: an error that no call on a connection gives, so that nobody
/// expects it. It is a datagram socket (udp(7)), whose peer is not there. `None` where the system does not say so.
///
/// # Errors
/// Those of `socket(2)`, `bind(2)` and `connect(2)`.
pub fn refused() -> io::Result<Option<Socket>> {
    let datagrams = || Socket::new(Domain::IPV4, Type::DGRAM, None);
    let nobody = datagrams()?;
    nobody.bind(&LOOPBACK.into())?;
    let address = nobody.local_addr()?;
    drop(nobody);
    let socket = datagrams()?;
    socket.connect(&address)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    let fails = |socket: &Socket| {
        socket.send(b"anybody?").is_ok()
            && socket
                .recv(&mut [MaybeUninit::uninit(); 1])
                .is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
    };
    Ok((fails(&socket) && socket.send(b"anybody?").is_ok()).then_some(socket))
}

/// The next client in the listener's queue, if one is there. It does not wait: who has connected is there by now.
///
/// # Errors
/// Those of `accept(2)`; an empty queue is none.
pub fn next_client(listener: &Socket) -> io::Result<Option<(Socket, SocketAddr)>> {
    listener.set_nonblocking(true)?;
    let next = listener.accept();
    listener.set_nonblocking(false)?;
    match next {
        Ok((stream, peer)) => {
            // Not on Linux, but elsewhere the new socket takes this over from the listener (accept(2)).
            stream.set_nonblocking(false)?;
            Ok(peer.as_socket().map(|peer| (stream, peer)))
        }
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
        Err(error) => Err(error),
    }
}

/// The next client, for which it waits at most 2 s.
///
/// # Errors
/// Those of `accept(2)`; that nobody came is none.
pub fn wait_for_client(listener: &Socket) -> io::Result<Option<(Socket, SocketAddr)>> {
    let mut next = Ok(None);
    wait_until(|| {
        next = next_client(listener);
        !matches!(next, Ok(None))
    });
    next
}

/// Waits until it is so, at most 2 s; returns whether it is.
pub fn wait_until(mut so: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if so() {
            return true;
        }
        if Instant::now() >= deadline {
            return false;
        }
        thread::yield_now();
    }
}

/// What the partners' threads are called, so that they are told from the learner's.
pub(crate) const NAME: &str = "partner";

/// Starts a partner, in a thread of its own. A thread that it starts is a partner as well: on Linux it inherits the name.
///
/// # Errors
/// Those of `pthread_create(3)`.
pub fn at_work<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<JoinHandle<T>> {
    thread::Builder::new().name(NAME.to_owned()).spawn(work)
}

/// How many bytes wait to be read, at most 1,024; they stay where they are, and nobody waits for them. 0 is the end.
///
/// # Errors
/// Those of `recv(2)`; `WouldBlock` when nothing has come, and no end.
pub fn peek(stream: &Socket) -> io::Result<usize> {
    let waited = blocks(stream)?;
    stream.set_nonblocking(true)?;
    let waiting = stream.peek(&mut [MaybeUninit::uninit(); 1024]);
    stream.set_nonblocking(!waited)?;
    waiting
}

/// Waits until the peer has read all that this side has sent, so that what comes next needs one more recv; not after
/// a reset, and at most 2 s. Where the kernel shows no queues it does not wait: there one recv may bring both.
pub fn until_heard(own: &Socket) {
    let (Ok(own), Ok(peer)) = (local_address(own), peer_address(own)) else { return };
    // Bytes wait in the sender's send queue until they have arrived, then in the receive queue until they are read.
    let queues = |local, peer| {
        let rows = kernel::rows(local).unwrap_or_default();
        rows.into_iter().find(|row| row.peer == peer).map_or((0, 0), |row: Row| (row.receive_queue, row.send_queue))
    };
    wait_until(|| queues(own, peer).1 == 0 && queues(peer, own).0 == 0);
}

/// What a partner's thread brings back.
///
/// # Errors
/// One without a kind of its own: the thread panicked.
pub fn finished<T>(partner: JoinHandle<T>) -> io::Result<T> {
    partner.join().map_err(|_| io::Error::other("a partner of your function panicked"))
}

/// All that comes until the end; it waits at most 2 s for each piece.
///
/// # Errors
/// Those of `recv(2)`; `WouldBlock` (on Windows `TimedOut`) when neither bytes nor an end came.
pub fn until_the_end(mut stream: &Socket) -> io::Result<Vec<u8>> {
    stream.set_read_timeout(Some(PATIENCE))?;
    // An urgent byte is one of them.
    stream.set_out_of_band_inline(true)?;
    let mut heard = Vec::new();
    stream.read_to_end(&mut heard)?;
    Ok(heard)
}

/// What one recv brings, as a quoted text; it waits at most 2 s. The stream's own timeout is as it was afterwards.
///
/// # Errors
/// Those of `recv(2)`; `WouldBlock` (on Windows `TimedOut`) when nothing came.
pub fn hear(mut stream: &Socket) -> io::Result<String> {
    let timeout = stream.read_timeout()?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut buffer = [0; 1024];
    let received = stream.read(&mut buffer);
    stream.set_read_timeout(timeout)?;
    let received = received?;
    Ok(format!("{:?}", String::from_utf8_lossy(&buffer[..received])))
}

/// Bytes in quotes, as a text where they are one; many of them by their number.
pub fn shown(bytes: &[u8]) -> String {
    match str::from_utf8(bytes) {
        _ if bytes.len() > 64 => format!("{} bytes", bytes.len()),
        Ok(text) => format!("{text:?}"),
        Err(_) => format!("\"{}\"", bytes.escape_ascii()),
    }
}
