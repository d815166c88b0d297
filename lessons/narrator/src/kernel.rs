//! The kernel's own view of its TCP sockets.
//!
//! On Linux it is asked for by `sock_diag(7)`, as `ss` does: one request over a netlink socket, one answer with a row
//! for each socket, to any user. Nothing here is ever made up: where the system gives no such view, [`rows`] is an error,
//! and the story says so.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// How long [`Sought::find`] waits for the state that a lesson expects.
const PATIENCE: Duration = Duration::from_secs(2);

/// The states of a TCP connection (RFC 9293 §3.3.2), with Linux's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the RFC's")]
pub enum State {
    Established = 1,
    SynSent,
    SynReceived,
    FinWait1,
    FinWait2,
    TimeWait,
    Close,
    CloseWait,
    LastAck,
    Listen,
    Closing,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Established => "ESTABLISHED",
            Self::SynSent => "SYN_SENT",
            Self::SynReceived => "SYN_RECEIVED",
            Self::FinWait1 => "FIN_WAIT_1",
            Self::FinWait2 => "FIN_WAIT_2",
            Self::TimeWait => "TIME_WAIT",
            Self::Close => "CLOSE",
            Self::CloseWait => "CLOSE_WAIT",
            Self::LastAck => "LAST_ACK",
            Self::Listen => "LISTEN",
            Self::Closing => "CLOSING",
        })
    }
}

/// One socket, as the kernel shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The address on this side.
    pub local: SocketAddr,
    /// The address at the other end; port 0 where there is none.
    pub peer: SocketAddr,
    /// The connection's state.
    pub state: State,
    /// Of a listener the connections that wait in its accept queue, of a connection the bytes nobody has read yet.
    pub receive_queue: u32,
    /// Of a listener its backlog, of a connection the bytes that the peer has not acknowledged yet.
    pub send_queue: u32,
    /// Of a connection whether the timer of its keepalive runs. That of a repetition hides it.
    pub keepalive: bool,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.state)?;
        match self.state {
            State::Listen => write!(f, ", {} waiting, backlog {}", self.receive_queue, self.send_queue),
            _ if self.receive_queue == 1 => write!(f, ", 1 byte unread"),
            _ if self.receive_queue > 1 => write!(f, ", {} bytes unread", self.receive_queue),
            _ => Ok(()),
        }
    }
}

/// A row that a lesson expects to see.
#[derive(Debug, Clone, Copy)]
pub struct Sought {
    local: SocketAddr,
    peer: Option<SocketAddr>,
    /// `None` where no row is expected.
    state: Option<State>,
    receive_queue: Option<u32>,
}

/// The listener at this address, with so many connections in its accept queue.
pub fn listener(local: SocketAddr, waiting: u32) -> Sought {
    Sought { local, peer: None, state: Some(State::Listen), receive_queue: Some(waiting) }
}

/// No listener at this address: nothing is bound to it, or what is bound does not listen.
pub fn no_listener(local: SocketAddr) -> Sought {
    Sought { local, peer: None, state: None, receive_queue: None }
}

/// One side of a connection, in this state.
pub fn connection(local: SocketAddr, peer: SocketAddr, state: State) -> Sought {
    Sought { local, peer: Some(peer), state: Some(state), receive_queue: None }
}

/// No trace of this side of a connection.
pub fn no_connection(local: SocketAddr, peer: SocketAddr) -> Sought {
    Sought { local, peer: Some(peer), state: None, receive_queue: None }
}

impl Sought {
    /// With so many bytes arrived that nobody has read yet.
    pub fn unread(self, bytes: u32) -> Self {
        Self { receive_queue: Some(bytes), ..self }
    }

    /// Waits until the kernel shows the expected row, at most 2 s; then returns what it does show.
    ///
    /// # Errors
    /// Those of [`rows`].
    pub fn find(&self) -> io::Result<Option<Row>> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let row = rows(self.local)?.into_iter().find(|row| match self.peer {
                Some(peer) => row.peer == peer,
                None => row.state == State::Listen,
            });
            let as_expected = row.map(|row| row.state) == self.state
                && row.is_none_or(|row| self.receive_queue.is_none_or(|count| row.receive_queue == count));
            if as_expected || Instant::now() > deadline {
                return Ok(row);
            }
            std::thread::yield_now();
        }
    }
}

impl fmt::Display for Sought {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.peer {
            Some(peer) => write!(f, "{} → {peer}", self.local),
            None => write!(f, "{}", self.local),
        }
    }
}

pub use system::{descriptor, is_listener, rows};

#[cfg(target_os = "linux")]
mod system {
    use std::io;
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
    use std::os::fd::AsRawFd;

    use socket2::Socket;

    use super::{Row, State};
    use crate::netlink::{self, native_u32};

    /// The states in the order of their numbers, which begin at 1.
    const STATES: [State; 11] = [
        State::Established,
        State::SynSent,
        State::SynReceived,
        State::FinWait1,
        State::FinWait2,
        State::TimeWait,
        State::Close,
        State::CloseWait,
        State::LastAck,
        State::Listen,
        State::Closing,
    ];

    const SOCK_DIAG_BY_FAMILY: u16 = 20; // linux/sock_diag.h

    /// The kernel's row for each TCP socket with this local address: `sock_diag(7)`, one dump.
    ///
    /// A socket that is bound and neither listens nor is connected has no row.
    ///
    /// # Errors
    /// What the kernel answers: some sandboxes refuse the question (`PermissionDenied`, `Unsupported`).
    pub fn rows(local: SocketAddr) -> io::Result<Vec<Row>> {
        let mut rows = Vec::new();
        netlink::ask(libc::NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, netlink::ALL, &request(local), |message| {
            rows.extend(row(message).filter(|row| row.local == local));
        })?;
        Ok(rows)
    }

    /// struct inet_diag_req_v2 (linux/inet_diag.h): all states of one family, one local port.
    fn request(local: SocketAddr) -> Vec<u8> {
        let family = if local.is_ipv4() { libc::AF_INET } else { libc::AF_INET6 };
        let mut request = Vec::with_capacity(56);
        request.extend([family as u8, libc::IPPROTO_TCP as u8, 0, 0]);
        let states = STATES.iter().fold(0_u32, |states, state| states | 1 << *state as u32);
        request.extend(states.to_ne_bytes());
        request.extend(local.port().to_be_bytes());
        request.resize(56, 0); // any peer, any address, any interface
        request
    }

    /// struct inet_diag_msg: family, state, which timer runs (2 is keepalive), a byte, then the pair of addresses, then the queues.
    fn row(message: &[u8]) -> Option<Row> {
        let state = STATES.get(usize::from(*message.get(1)?).checked_sub(1)?)?;
        let address = |port: usize, ip: usize| -> Option<SocketAddr> {
            let octets: [u8; 16] = message.get(ip..ip + 16)?.try_into().ok()?;
            let ip = match i32::from(message[0]) {
                libc::AF_INET => IpAddr::V4(Ipv4Addr::new(octets[0], octets[1], octets[2], octets[3])),
                _ => IpAddr::V6(Ipv6Addr::from(octets)),
            };
            Some(SocketAddr::new(ip, u16::from_be_bytes([message[port], message[port + 1]])))
        };
        let (local, peer) = (address(4, 8)?, address(6, 24)?);
        message.get(..64)?;
        let (receive_queue, send_queue) = (native_u32(message, 56), native_u32(message, 60));
        let keepalive = message[2] == 2;
        Some(Row { local, peer, state: *state, receive_queue, send_queue, keepalive })
    }

    /// What the process's descriptor for this socket stands for: the kind of object and its inode, as `socket:[4026]`.
    /// Two descriptors with one inode are one socket. From the link in `/proc/self/fd` (proc(5)).
    ///
    /// # Errors
    /// Those of `readlink(2)`: `NotFound` where /proc is not mounted.
    pub fn descriptor(socket: &Socket) -> io::Result<String> {
        let link = std::fs::read_link(format!("/proc/self/fd/{}", socket.as_raw_fd()))?;
        Ok(link.to_string_lossy().into_owned())
    }

    /// Whether `listen(2)` was called on this socket: its option `SO_ACCEPTCONN` (socket(7)).
    ///
    /// # Errors
    /// Those of `getsockopt(2)`.
    pub fn is_listener(socket: &Socket) -> io::Result<bool> {
        socket.is_listener()
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::io;
    use std::net::SocketAddr;

    use socket2::Socket;

    use super::Row;

    /// The kernel's row for each TCP socket with this local address.
    ///
    /// # Errors
    /// Always `Unsupported`: only Linux answers this question in a way that the course knows.
    pub fn rows(_local: SocketAddr) -> io::Result<Vec<Row>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Whether `listen(2)` was called on this socket.
    ///
    /// # Errors
    /// Always `Unsupported`: socket2 asks for `SO_ACCEPTCONN` on few systems, not on macOS and Windows.
    pub fn is_listener(_socket: &Socket) -> io::Result<bool> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// What the process's descriptor for this socket stands for.
    ///
    /// # Errors
    /// Always `Unsupported`, as for [`rows`].
    pub fn descriptor(_socket: &Socket) -> io::Result<String> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
