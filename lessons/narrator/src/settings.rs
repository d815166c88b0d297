//! How a socket is set: what the small print compares, and an owner who has set all of it.

use std::io::{self, ErrorKind};
use std::time::Duration;

use socket2::{Socket, TcpKeepalive};

use crate::kernel::{self, State};
use crate::{blocks, local_address, partner, peer_address};

/// The linger time that [`as_owned`] sets.
const LINGER_OF_AN_OWNER: Duration = Duration::from_secs(7);

/// Sets a connected socket as an owner may have it who has an opinion on everything, and whose function has to leave it so:
/// no setting is as the system makes it. Its calls still wait; reads and writes longer than any partner does.
///
/// # Errors
/// Those of `setsockopt(2)`.
pub fn as_owned(socket: &Socket) -> io::Result<()> {
    socket.set_linger(Some(LINGER_OF_AN_OWNER))?;
    socket.set_tcp_nodelay(true)?;
    socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(Duration::from_secs(77)))?;
    socket.set_read_timeout(Some(Duration::from_millis(3_460)))?;
    socket.set_write_timeout(Some(Duration::from_millis(3_740)))?;
    socket.set_out_of_band_inline(true)?;
    socket.set_reuse_address(true)?;
    socket.set_recv_buffer_size(70_000)?;
    socket.set_send_buffer_size(80_000)?;
    let _ = (socket.set_ttl_v4(77), socket.set_unicast_hops_v6(77));
    system::set_more(socket)
}

/// How a socket is set: each setting by its name in the manuals.
#[derive(Debug)]
pub(crate) struct Settings(pub(crate) Vec<(Setting, Option<String>)>);

/// A setting: its name, what it is, what it does when it is as nobody expects.
pub(crate) type Setting = (&'static str, &'static str, &'static str);

impl Settings {
    /// All of them.
    pub(crate) fn of(socket: &Socket) -> Self {
        let mut all = Self::options(socket);
        all.0.extend([
            (("SHUT_WR", "state of the sending half", "A half that is shut stays shut."), sends(socket)),
            (("listen", "role", "listen sets the backlog, each time that it is called."), listens(socket)),
            (("SHUT_RD", "state of the receiving half", "A half that is shut stays shut."), receives(socket)),
        ]);
        all
    }

    /// Those that can be asked for without touching the connection.
    pub(crate) fn options(socket: &Socket) -> Self {
        let on = |on: io::Result<bool>| on.ok().map(|on| if on { "on" } else { "off" }.to_owned());
        let time = |time: io::Result<Option<Duration>>| {
            // 0 would be told in nanoseconds.
            let told = |time: Duration| if time.is_zero() { "0 s".to_owned() } else { format!("{time:?}") };
            time.ok().map(|time| time.map_or("none".to_owned(), told))
        };
        let waits = blocks(socket).ok().map(|blocks| if blocks { "blocking" } else { "nonblocking" }.to_owned());
        let mut all = vec![
            (("O_NONBLOCK", "blocking mode", "It decides whether calls on the socket wait."), waits),
            (
                ("SO_RCVTIMEO", "read timeout", "accept and recv give up when it has run out."),
                time(socket.read_timeout()),
            ),
            (("SO_SNDTIMEO", "write timeout", "send gives up when it has run out."), time(socket.write_timeout())),
            (
                ("SO_LINGER", "linger time", "It changes what close does: at 0, close is a reset."),
                time(socket.linger()),
            ),
            (
                ("SO_REUSEADDR", "address reuse", "It decides who else may bind to this address."),
                on(socket.reuse_address()),
            ),
            (("TCP_NODELAY", "no-delay", "It decides when small pieces are sent."), on(socket.tcp_nodelay())),
            (
                ("SO_KEEPALIVE", "keepalive", "It decides whether the kernel asks after a silent peer."),
                on(socket.keepalive()),
            ),
            (("IPV6_V6ONLY", "v6-only", "It decides whether IPv4 clients come in."), on(socket.only_v6())),
            (("SO_OOBINLINE", "place of urgent bytes", ""), on(socket.out_of_band_inline())),
            (("IP_TTL", "time to live", ""), socket.ttl_v4().ok().map(|hops| hops.to_string())),
            (("IPV6_UNICAST_HOPS", "hop limit", ""), socket.unicast_hops_v6().ok().map(|hops| hops.to_string())),
            (("SO_BROADCAST", "right to broadcast", ""), on(socket.broadcast())),
        ];
        all.extend(system::more(socket));
        Self(all)
    }

    /// The first setting that differs, as the end of a sentence and what it does; a setting that either of them does not
    /// know is left out.
    pub(crate) fn differs_from(&self, now: &Self, before: &str, free: &[&str]) -> Option<String> {
        for ((name, what, effect), was) in &self.0 {
            let is = now.0.iter().find(|((other, ..), _)| other == name).and_then(|(_, is)| is.as_ref());
            if let (Some(was), Some(is)) = (was, is)
                && was != is
                && !free.contains(name)
            {
                let space = if effect.is_empty() { "" } else { " " };
                return Some(format!("{what} ({name}): {is}, and {was} {before}.{space}{effect}"));
            }
        }
        None
    }
}

/// Whether the sending half is open. A send of no bytes tells it, and sends nothing; where there is no connection, it would
/// fail in any case.
fn sends(socket: &Socket) -> Option<String> {
    peer_address(socket).ok()?;
    let shut = socket.send(&[]).is_err_and(|error| error.kind() == ErrorKind::BrokenPipe);
    Some(if shut { "shut" } else { "open" }.to_owned())
}

/// Whether the receiving half is open. Where recv gives 0 although the peer has not sent its end, our side has shut it.
fn receives(socket: &Socket) -> Option<String> {
    let (own, peer) = (local_address(socket).ok()?, peer_address(socket).ok()?);
    if !matches!(partner::peek(socket), Ok(0)) {
        return Some("open".to_owned());
    }
    let state = kernel::rows(own).ok()?.into_iter().find(|row| row.peer == peer)?.state;
    matches!(state, State::Established | State::FinWait1 | State::FinWait2).then(|| "shut".to_owned())
}

/// Whether it listens, and the backlog, where the kernel shows that.
fn listens(socket: &Socket) -> Option<String> {
    if !kernel::is_listener(socket).ok()? {
        return Some("not listening".to_owned());
    }
    let listener =
        kernel::rows(local_address(socket).ok()?).ok()?.into_iter().find(|row| row.state == State::Listen)?;
    Some(format!("listening with a backlog of {}", listener.send_queue))
}

#[cfg(target_os = "linux")]
mod system {
    use std::fs;
    use std::os::fd::AsRawFd;

    use socket2::Socket;

    use super::Setting;

    /// Sets what socket2 sets on Linux only; see [`as_owned`](super::as_owned).
    pub(super) fn set_more(socket: &Socket) -> std::io::Result<()> {
        socket.set_tcp_user_timeout(Some(std::time::Duration::from_secs(30)))?;
        socket.set_tcp_thin_linear_timeouts(true)?;
        let _ = socket.set_tclass_v6(8);
        socket.set_tos_v4(8)
    }

    /// What socket2 tells on Linux only.
    pub(super) fn more(socket: &Socket) -> Vec<(Setting, Option<String>)> {
        let on = |on: bool| if on { "on" } else { "off" }.to_owned();
        let mut more = vec![
            (
                ("SO_REUSEPORT", "port reuse", "It lets several listeners share one address."),
                socket.reuse_port().ok().map(on),
            ),
            (
                ("FD_CLOEXEC", "close-on-exec flag", "Programs that are started would inherit the socket."),
                close_on_exec(socket),
            ),
            (("TCP_CORK", "cork", "It holds small pieces back."), socket.tcp_cork().ok().map(on)),
            (
                ("TCP_USER_TIMEOUT", "user timeout", "The kernel gives a peer up when it has run out."),
                socket.tcp_user_timeout().ok().map(|time| format!("{time:?}")),
            ),
            (("TCP_KEEPIDLE", "keepalive time", ""), socket.tcp_keepalive_time().ok().map(|time| format!("{time:?}"))),
            (
                ("TCP_KEEPINTVL", "keepalive interval", ""),
                socket.tcp_keepalive_interval().ok().map(|time| format!("{time:?}")),
            ),
            (
                ("TCP_KEEPCNT", "number of keepalive probes", ""),
                socket.tcp_keepalive_retries().ok().map(|count| count.to_string()),
            ),
            (("SO_PRIORITY", "priority", ""), socket.priority().ok().map(|priority| priority.to_string())),
            (("IP_TOS", "type of service", ""), socket.tos_v4().ok().map(|tos| tos.to_string())),
            (("SO_BUSY_POLL", "busy polling", ""), socket.busy_poll().ok().map(|time| time.to_string())),
            (("SO_PASSCRED", "credentials", ""), socket.passcred().ok().map(on)),
            (("IP_TRANSPARENT", "transparency", ""), socket.ip_transparent_v4().ok().map(on)),
            (("IPV6_TRANSPARENT", "transparency", ""), socket.ip_transparent_v6().ok().map(on)),
            (
                ("IP_MULTICAST_TTL", "multicast time to live", ""),
                socket.multicast_ttl_v4().ok().map(|ttl| ttl.to_string()),
            ),
            (
                ("IPV6_MULTICAST_HOPS", "multicast hop limit", ""),
                socket.multicast_hops_v6().ok().map(|hops| hops.to_string()),
            ),
            (("IP_MULTICAST_LOOP", "multicast loop", ""), socket.multicast_loop_v4().ok().map(on)),
            (("IPV6_MULTICAST_LOOP", "multicast loop", ""), socket.multicast_loop_v6().ok().map(on)),
            (("SO_MARK", "mark", ""), socket.mark().ok().map(|mark| mark.to_string())),
            (("SO_BINDTODEVICE", "interface", ""), socket.device().ok().map(|device| format!("{device:?}"))),
        ];
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim_end_matches('\0').to_owned();
        more.push((("TCP_CONGESTION", "congestion control", ""), socket.tcp_congestion().ok().map(text)));
        more.push((
            ("TCP_NOTSENT_LOWAT", "limit of unsent bytes", ""),
            socket.tcp_notsent_lowat().ok().map(|low| low.to_string()),
        ));
        more.extend([
            (("SO_PROTOCOL", "protocol", ""), socket.protocol().ok().map(|protocol| format!("{protocol:?}"))),
            (("IP_FREEBIND", "free bind", ""), socket.freebind_v4().ok().map(on)),
            (("IPV6_FREEBIND", "free bind", ""), socket.freebind_v6().ok().map(on)),
            (("IPV6_TCLASS", "traffic class", ""), socket.tclass_v6().ok().map(|class| class.to_string())),
            (("IPV6_RECVTCLASS", "report of traffic classes", ""), socket.recv_tclass_v6().ok().map(on)),
            (("IPV6_RECVHOPLIMIT", "report of hop limits", ""), socket.recv_hoplimit_v6().ok().map(on)),
            (("IP_RECVTOS", "report of types of service", ""), socket.recv_tos_v4().ok().map(on)),
            (("TCP_THIN_LINEAR_TIMEOUTS", "timing of repeats", ""), socket.tcp_thin_linear_timeouts().ok().map(on)),
        ]);
        // What the kernel itself fits to a connection's traffic.
        let connected = socket.peer_addr().is_ok();
        if !connected {
            more.push((("TCP_MAXSEG", "largest segment", ""), socket.tcp_mss().ok().map(|size| size.to_string())));
            more.push((("TCP_QUICKACK", "quick acknowledgement", ""), socket.tcp_quickack().ok().map(on)));
        }
        // These as well, unless the owner has set them.
        if !connected || socket.linger().is_ok_and(|linger| linger == Some(super::LINGER_OF_AN_OWNER)) {
            more.push((
                ("SO_RCVBUF", "receive buffer", ""),
                socket.recv_buffer_size().ok().map(|size| size.to_string()),
            ));
            more.push((("SO_SNDBUF", "send buffer", ""), socket.send_buffer_size().ok().map(|size| size.to_string())));
        }
        more
    }

    /// socket2 sets this flag and does not tell it. The kernel does, among the flags in fdinfo (proc(5)), in octal.
    fn close_on_exec(socket: &Socket) -> Option<String> {
        let info = fs::read_to_string(format!("/proc/self/fdinfo/{}", socket.as_raw_fd())).ok()?;
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:"))?;
        let flags = i32::from_str_radix(flags.trim(), 8).ok()?;
        Some(if flags & libc::O_CLOEXEC != 0 { "on" } else { "off" }.to_owned())
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use socket2::Socket;

    use super::Setting;

    pub(super) fn set_more(_: &Socket) -> std::io::Result<()> {
        Ok(())
    }

    pub(super) fn more(_: &Socket) -> Vec<(Setting, Option<String>)> {
        Vec::new()
    }
}
