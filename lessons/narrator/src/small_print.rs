//! The small print of every exercise: a function does what its contract says, and nothing else.
//!
//! A driver looks before it calls the learner's function, and again when that has returned: at what is open in this process,
//! at the threads that run, and at the settings of every socket that the function could reach. It says something only
//! where the two looks differ. Descriptors and threads are looked at on Linux only.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::time::{Duration, Instant};

use socket2::Socket;

use crate::kernel::{self, State};
use crate::{Story, blocks, local_address, partner, peer_address};

/// How long a thread may sleep before it counts as left behind.
const AT_LEAST: Duration = Duration::from_millis(100);

/// What was there before the learner's function was called.
#[derive(Debug)]
pub struct SmallPrint<'a> {
    open: BTreeMap<u32, String>,
    threads: Vec<u32>,
    lent: Vec<(&'static str, &'a Socket, Settings)>,
    given: Vec<(u32, String)>,
}

impl<'a> SmallPrint<'a> {
    /// The look before the call. To be taken when all partners that open sockets of their own have done so, or before.
    pub fn before() -> Self {
        Self {
            open: system::open(),
            threads: system::threads().into_iter().map(|(thread, _)| thread).collect(),
            lent: Vec::new(),
            given: Vec::new(),
        }
    }

    /// The function borrows this socket: it has to be as it was afterwards. `what` begins a sentence: "The listener".
    pub fn lent(mut self, what: &'static str, socket: &'a Socket) -> Self {
        self.lent.push((what, socket, Settings::of(socket)));
        self
    }

    /// The function is given this socket to keep: when it has returned, the socket has to be closed.
    pub fn given(mut self, socket: &Socket) -> Self {
        if let Some(own) = system::number(socket).and_then(|number| self.open.remove_entry(&number)) {
            self.given.push(own);
        }
        self
    }

    /// The same, with a clone that the driver keeps: its settings, too, have to be as they were. Its halves may be shut.
    pub fn given_with_a_clone(self, what: &'static str, socket: &Socket, clone: &'a Socket) -> Self {
        let mut small_print = self.given(socket);
        let mut settings = Settings::of(clone);
        settings.0.retain(|((name, ..), _)| !name.starts_with("SHUT_"));
        small_print.lent.push((what, clone, settings));
        small_print
    }

    /// The look after it: nothing is left behind but the sockets that were returned, and what was lent is as it was.
    ///
    /// Partners that open sockets of their own have to be done.
    ///
    /// # Errors
    /// The mistake, told already.
    pub fn holds<'b>(&self, story: &mut Story, returned: impl IntoIterator<Item = &'b Socket>) -> io::Result<()> {
        self.look(returned).map_or(Ok(()), |mistake| Err(story.mistake(&mistake)))
    }

    /// The same look, to be told later: the mistake in a sentence, `None` where there is none.
    pub fn look<'b>(&self, returned: impl IntoIterator<Item = &'b Socket>) -> Option<String> {
        if let Some(mistake) = self.left_a_thread() {
            return Some(mistake.to_owned());
        }
        let returned: Vec<_> = returned.into_iter().filter_map(system::number).collect();
        self.left_open(&returned).or_else(|| {
            let differs = |(what, socket, before): &(&str, &Socket, Settings)| {
                let difference = before.differs_from(&Settings::of(socket), "before your function was called", &[])?;
                Some(format!(
                    "{what} has another {difference} Nobody asked for that: leave it as it was, also after an error."
                ))
            };
            self.lent.iter().find_map(differs)
        })
    }

    /// A thread that is done may need a moment to end; one that sleeps, or waits for something, is left behind.
    fn left_a_thread(&self) -> Option<&'static str> {
        let begin = Instant::now();
        loop {
            let left: Vec<_> =
                system::threads().into_iter().filter(|(thread, _)| !self.threads.contains(thread)).collect();
            if left.is_empty() {
                return None;
            }
            let patience = if left.iter().any(|(_, asleep)| *asleep) { AT_LEAST } else { partner::PATIENCE };
            if begin.elapsed() > patience {
                return Some(
                    "Your function has returned, but a thread that it started still runs. Join every thread before you \
                     return: nobody else knows of it.",
                );
            }
            std::thread::yield_now();
        }
    }

    fn left_open(&self, returned: &[u32]) -> Option<String> {
        let left = |(number, what): &(u32, String)| !returned.contains(number) && self.open.get(number) != Some(what);
        let (number, what) = system::open().into_iter().find(left)?;
        if self.given.contains(&(number, what.clone())) {
            return Some(
                "Your function has returned, and the socket that it was given is still open: somebody keeps it from being \
                 dropped. It was yours to close."
                    .to_owned(),
            );
        }
        let mut known = self.open.values().chain(self.given.iter().map(|(_, what)| what));
        Some(match what {
            what if known.any(|known| *known == what) => {
                "Your function has returned, and somebody still holds a clone of a socket that you were given. A socket \
                 is closed when its last handle is: let every clone be dropped, also after an error."
                    .to_owned()
            }
            what if what.starts_with("socket:") => {
                "Your function has returned, and a socket is open that was not before and that you did not return. \
                 Whatever socket you make or clone has to be dropped, also after an error."
                    .to_owned()
            }
            what => format!("Your function has returned, and something that it opened is still open: {what}"),
        })
    }
}

/// A socket that the learner's function made has the settings of one that was made as plainly as can be.
///
/// `what` begins a sentence, as in "The socket that you return"; settings named in `free` may be as they like.
///
/// # Errors
/// The mistake, told already.
pub fn as_plain(story: &mut Story, what: &str, socket: &Socket, plain: &Socket, free: &[&str]) -> io::Result<()> {
    // Sockets that are made by the bare system calls are not closed on exec; there is no "as it was" for them.
    let free: Vec<_> = free.iter().copied().chain(["FD_CLOEXEC"]).collect();
    let plain = Settings::of(plain);
    match plain.differs_from(&Settings::of(socket), "in one that is made without any option", &free) {
        Some(difference) => Err(story.mistake(&format!(
            "{what} has another {difference} Nobody asked for that: leave the choice to the caller."
        ))),
        None => Ok(()),
    }
}

/// How a socket is set: each setting by its name in the manuals.
#[derive(Debug)]
struct Settings(Vec<(Setting, Option<String>)>);

/// A setting: its name, what it is, what it does when it is as nobody expects.
type Setting = (&'static str, &'static str, &'static str);

impl Settings {
    fn of(socket: &Socket) -> Self {
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
            (("SHUT_WR", "state of the sending half", "A half that is shut stays shut."), sends(socket)),
            (("listen", "role", "listen sets the backlog, each time that it is called."), listens(socket)),
            (("SHUT_RD", "state of the receiving half", "A half that is shut stays shut."), receives(socket)),
        ];
        all.extend(system::more(socket));
        Self(all)
    }

    /// The first setting that differs, as the end of a sentence and what it does; a setting that either of them does not
    /// know is left out.
    fn differs_from(&self, now: &Self, before: &str, free: &[&str]) -> Option<String> {
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
    use std::collections::BTreeMap;
    use std::fs;
    use std::os::fd::AsRawFd;

    use socket2::Socket;

    use super::Setting;

    /// A socket's descriptor.
    pub(super) fn number(socket: &Socket) -> Option<u32> {
        socket.as_raw_fd().try_into().ok()
    }

    /// The descriptors that are open in this process, and what each stands for: the links in `/proc/self/fd` (proc(5)).
    pub(super) fn open() -> BTreeMap<u32, String> {
        // Read to the end before the first link is followed: one of the descriptors is that of the folder itself.
        let numbers = numbers("/proc/self/fd");
        let what = |number| Some((number, fs::read_link(format!("/proc/self/fd/{number}")).ok()?));
        numbers
            .into_iter()
            .filter_map(what)
            .map(|(number, what)| (number, what.to_string_lossy().into_owned()))
            .collect()
    }

    /// The threads that run in this process, and whether each is asleep; without partners and those that have begun to end.
    pub(super) fn threads() -> Vec<(u32, bool)> {
        let thread = |number| {
            let stat = fs::read_to_string(format!("/proc/self/task/{number}/stat")).ok()?;
            // proc(5): number, (name), state, and the flags as the seventh field behind the name.
            let (head, tail) = stat.rsplit_once(')')?;
            let fields: Vec<_> = tail.split_whitespace().collect();
            let ends = fields.get(6)?.parse::<u32>().ok()? & PF_EXITING != 0;
            let ours = head.ends_with(&format!("({}", crate::partner::NAME));
            (!ends && !ours).then_some((number, fields[0] != "R"))
        };
        numbers("/proc/self/task").into_iter().filter_map(thread).collect()
    }

    /// linux/sched.h: the thread has begun to end.
    const PF_EXITING: u32 = 0x4;

    fn numbers(folder: &str) -> Vec<u32> {
        let entries = fs::read_dir(folder).map(|entries| entries.flatten().collect::<Vec<_>>()).unwrap_or_default();
        entries.iter().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
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
        if socket.peer_addr().is_err() {
            more.push((("TCP_MAXSEG", "largest segment", ""), socket.tcp_mss().ok().map(|size| size.to_string())));
            more.push((("TCP_QUICKACK", "quick acknowledgement", ""), socket.tcp_quickack().ok().map(on)));
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

/// Elsewhere descriptors and threads are not looked at: it could not be tried, and a false alarm would be worse.
#[cfg(not(target_os = "linux"))]
mod system {
    use std::collections::BTreeMap;

    use socket2::Socket;

    use super::Setting;

    pub(super) fn number(_: &Socket) -> Option<u32> {
        None
    }

    pub(super) fn open() -> BTreeMap<u32, String> {
        BTreeMap::new()
    }

    pub(super) fn threads() -> Vec<(u32, bool)> {
        Vec::new()
    }

    pub(super) fn more(_: &Socket) -> Vec<(Setting, Option<String>)> {
        Vec::new()
    }
}
