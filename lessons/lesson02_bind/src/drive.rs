//! Calls the learner's function in one situation after another, and judges what comes of it. To read after your turn: it
//! tells what is looked for.

mod more_lists;

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use narrator::partner::{self, LOOPBACK_V6};
use narrator::small_print::SmallPrint;
use narrator::{LOOPBACK, Outcome, Story, errors, judge, local_address};
use socket2::{Domain, Socket, Type};

use crate::BindFirstFree;

/// More candidates than anybody would write down.
const MANY: usize = 300;

/// An address that no interface has: it is kept for use in documents (RFC 5737).
const NOWHERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 0);

/// Lists with a free address, short, long and of IPv6; then lists that end in an error, each kind of it in its own step.
pub(crate) fn bind_first_free(story: &mut Story, bind_first_free: BindFirstFree) -> io::Result<()> {
    // Held while the function is driven. One listens, one has only a name: to bind, both are taken; to connect, one.
    let (_listener1, taken1) = partner::listen(1)?;
    let holder2 = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    holder2.bind(&LOOPBACK.into())?;
    let taken2 = local_address(&holder2)?;
    story.name(taken1, "127.0.0.1:taken1");
    story.name(taken2, "127.0.0.1:taken2");
    let taken = [taken1, taken2];

    with_a_free_one(story, bind_first_free, taken)?;
    with_many(story, bind_first_free, taken)?;
    with_other_errors(story, bind_first_free, taken)?;
    with_none_free(story, bind_first_free, taken)?;
    of_ipv6(story, bind_first_free)?;
    more_lists::of_free_ones(story, bind_first_free)?;
    more_lists::with_more_errors(story, bind_first_free)
}

/// A socket as its owner wants it, which is not as most are.
fn unusual(family: Domain) -> io::Result<Socket> {
    let socket = Socket::new(family, Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    socket.set_read_timeout(Some(Duration::from_secs(3)))?;
    socket.set_linger(Some(Duration::from_secs(3)))?;
    socket.set_keepalive(true)?;
    if family == Domain::IPV6 {
        // bind to a certain address does that anyway (Linux, inet6_bind).
        socket.set_only_v6(true)?;
    }
    Ok(socket)
}

fn with_a_free_one(
    story: &mut Story,
    bind_first_free: BindFirstFree,
    [taken1, taken2]: [SocketAddr; 2],
) -> io::Result<()> {
    story.step("One candidate, and it is free. Your function binds to it.");
    let candidates = [("free", LOOPBACK)];
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let attempt = Attempt::make(story, bind_first_free, &socket, &candidates)?;
    story.check(
        attempt.right(),
        "The socket has a name, and you return it, with the port that the kernel chose.",
        attempt.mistake_where_one_is_free(&candidates),
    )?;
    // Only a client finds out whether it listens: getsockname says the same either way.
    if let Some(bound) = attempt.bound
        && partner::connect(bound).is_ok()
    {
        story.client(format!("connect({bound})"), "ok");
        return Err(
            story.mistake("The socket listens. You were asked for a name only: when to listen, the caller decides.")
        );
    }
    attempt.holds(story)?;

    story.step("Two candidates are taken, then comes a free one, and another.");
    let every_interface = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    let candidates = [("taken", taken1), ("taken", taken2), ("free", LOOPBACK), ("free too", every_interface)];
    let socket = unusual(Domain::IPV4)?;
    let attempt = Attempt::make(story, bind_first_free, &socket, &candidates)?;
    let mistake = match attempt.bound {
        Some(bound) if bound.ip() == every_interface.ip() => {
            "That is the last one on the list. Try them in their order: the first that is free is the one."
        }
        _ => attempt.mistake_where_one_is_free(&candidates),
    };
    let in_order = attempt.bound.is_some_and(|bound| bound.ip() == LOOPBACK.ip());
    story.check(
        attempt.right() && in_order,
        "It tried on past those that are taken, and stopped at the first that is free.",
        mistake,
    )?;
    attempt.holds(story)
}

fn with_many(story: &mut Story, bind_first_free: BindFirstFree, [taken1, taken2]: [SocketAddr; 2]) -> io::Result<()> {
    story.step("300 candidates are taken, then comes a free one.");
    let candidates: Vec<_> = [taken1, taken2].into_iter().cycle().take(MANY).chain([LOOPBACK]).collect();
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let small_print = SmallPrint::before().lent(SOCKET, &socket);
    let bound = bind_first_free(&socket, &candidates);
    let right = bound.as_ref().is_ok_and(|bound| bound.port() != 0 && local_address(&socket).ok() == Some(*bound));
    if let Ok(bound) = bound {
        story.name(bound, "127.0.0.1:chosen");
    }
    story.you("bind_first_free(&socket, &[…])", bound);
    story.check(
        right,
        "However long the list is, it goes on to the first that is free.",
        "The last one on the list is free, and the socket should have its name. AddrInUse leads on each time, however \
         long the list is.",
    )?;
    small_print.holds(story, [])
}

fn of_ipv6(story: &mut Story, bind_first_free: BindFirstFree) -> io::Result<()> {
    story.step("A socket of IPv6. One candidate is taken, then comes a free one.");
    let Some((_listener, taken)) = partner::listen_v6(story, 1)? else {
        story.step("A socket of IPv6, as a fresh one is. The only candidate is taken.");
        partner::has_v6(story);
        return Ok(());
    };
    story.name(taken, "[::1]:taken");
    let candidates = [("taken", taken), ("free", LOOPBACK_V6)];
    let socket = unusual(Domain::IPV6)?;
    let attempt = Attempt::make(story, bind_first_free, &socket, &candidates)?;
    let mistake = attempt.mistake_where_one_is_free(&candidates);
    story.check(attempt.right(), "The same for addresses of the other family.", mistake)?;
    attempt.holds(story)?;

    story.step("A socket of IPv6, as a fresh one is. The only candidate is taken.");
    let socket = Socket::new(Domain::IPV6, Type::STREAM, None)?;
    let attempt = Attempt::make(story, bind_first_free, &socket, &[("taken", taken)])?;
    story.check(
        attempt.kind() == Some(ErrorKind::AddrInUse) && attempt.bound.is_none(),
        "And the same where none is free.",
        attempt.mistake_where_none_is_free(),
    )?;
    attempt.holds(story)
}

fn with_other_errors(story: &mut Story, bind_first_free: BindFirstFree, taken: [SocketAddr; 2]) -> io::Result<()> {
    story.step("The first candidate is no address of this machine. The second is free.");
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let candidates = [("nobody's", NOWHERE), ("free", LOOPBACK)];
    let attempt = Attempt::make(story, bind_first_free, &socket, &candidates)?;
    attempt.only_addr_in_use_leads_on(story, "The error came back at once, and the free candidate was left alone.")?;

    story.step("Three candidates are taken, the fourth is nobody's. The fifth is free.");
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let candidates =
        [("taken", taken[0]), ("taken", taken[1]), ("taken", taken[0]), ("nobody's", NOWHERE), ("free", LOOPBACK)];
    let attempt = Attempt::make(story, bind_first_free, &socket, &candidates)?;
    attempt.only_addr_in_use_leads_on(story, "The same in the middle of the list.")?;

    another_family(story, bind_first_free)?;

    story.step("The socket has a name already. The candidate is free.");
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&LOOPBACK.into())?;
    let attempt = Attempt::make(story, bind_first_free, &socket, &[("free", LOOPBACK)])?;
    let mistake = match attempt.kind() {
        None => "It is an old name that you return: bind said InvalidInput, and the caller should learn it.",
        Some(ErrorKind::AddrInUse) => {
            "bind said InvalidInput: the address is free, but the socket has its name. That is no AddrInUse, so it \
             should have come back at once."
        }
        Some(_) => "bind said InvalidInput. Hand its own error on, so that the caller learns why.",
    };
    story.check(
        attempt.kind() == Some(ErrorKind::InvalidInput),
        "Whatever else bind says comes back, too: a socket is bound only once.",
        mistake,
    )?;
    attempt.holds(story)
}

/// Which error bind gives here differs from system to system.
fn another_family(story: &mut Story, bind_first_free: BindFirstFree) -> io::Result<()> {
    story.step("The socket is of IPv4, the first candidate of IPv6. The second is free.");
    let ours = Socket::new(Domain::IPV4, Type::STREAM, None)?.bind(&LOOPBACK_V6.into());
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let small_print = SmallPrint::before().lent(SOCKET, &socket);
    let said = bind_first_free(&socket, &[LOOPBACK_V6, LOOPBACK]);
    let right = matches!((&ours, &said), (Err(own), Err(error)) if errors::same(error, own));
    let told = said.as_ref().map_or_else(Outcome::from, |_| Outcome::from("an address"));
    story.you("bind_first_free(&socket, &[…])", if right { Outcome::from("bind's own error") } else { told });
    story.check(
        right,
        "Whatever it is, the caller learns it, as bind said it.",
        "bind fails here, by an error that is no AddrInUse. It should have come back at once, as bind said it: the first \
         candidate is not taken, it is wrong.",
    )?;
    small_print.holds(story, [])
}

fn with_none_free(
    story: &mut Story,
    bind_first_free: BindFirstFree,
    [taken1, taken2]: [SocketAddr; 2],
) -> io::Result<()> {
    story.step("Both candidates are taken.");
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let attempt = Attempt::make(story, bind_first_free, &socket, &[("taken", taken1), ("taken", taken2)])?;
    story.check(
        attempt.kind() == Some(ErrorKind::AddrInUse) && attempt.bound.is_none(),
        "The caller learns that none is free. The socket is as it was, so the caller may try another list.",
        attempt.mistake_where_none_is_free(),
    )?;
    attempt.holds(story)?;

    story.step("There is no candidate at all.");
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let attempt = Attempt::make(story, bind_first_free, &socket, &[])?;
    story.check(
        attempt.kind() == Some(ErrorKind::AddrInUse) && attempt.bound.is_none(),
        "An empty list has no free address: AddrInUse again.",
        attempt.mistake_where_none_is_free(),
    )?;
    attempt.holds(story)
}

/// What begins a sentence about the socket that the function borrows.
const SOCKET: &str = "The socket";

/// What came of one call of the learner's function.
struct Attempt<'a> {
    /// What was there before.
    small_print: SmallPrint<'a>,
    /// What it returned.
    said: io::Result<SocketAddr>,
    /// The name that its socket has then.
    bound: Option<SocketAddr>,
}

impl<'a> Attempt<'a> {
    /// Calls the learner's function, and tells what it was given, what it returned, and what became of the socket.
    fn make(
        story: &mut Story,
        bind_first_free: BindFirstFree,
        socket: &'a Socket,
        candidates: &[(&str, SocketAddr)],
    ) -> io::Result<Self> {
        for (index, (what, address)) in candidates.iter().enumerate() {
            story.you(format!("candidates[{index}], {what}"), address.to_string());
        }
        let addresses: Vec<_> = candidates.iter().map(|(_, address)| *address).collect();
        let small_print = SmallPrint::before().lent(SOCKET, socket);
        let said = bind_first_free(socket, &addresses);
        judge::started(&said)?;
        // Without a name a socket has port 0, and on Windows it has no address at all.
        let bound = local_address(socket).ok().filter(|address| address.port() != 0);
        for (address, role) in [(said.as_ref().ok().copied(), "other"), (bound, "chosen")] {
            if let Some(address) = address.filter(|address| !addresses.contains(address) && address.port() != 0) {
                // As an address is written: with the brackets of IPv6.
                let ip = SocketAddr::new(address.ip(), 0).to_string();
                story.name(address, &format!("{}:{role}", ip.trim_end_matches(":0")));
            }
        }
        let call = "bind_first_free(&socket, &[…])";
        match &said {
            Ok(address) => story.you(call, address.to_string()),
            Err(error) => story.you(call, error),
        }
        story.you("getsockname()", bound.map_or("no name".to_owned(), |address| address.to_string()));
        Ok(Self { small_print, said, bound })
    }

    /// The function did nothing besides.
    fn holds(&self, story: &mut Story) -> io::Result<()> {
        self.small_print.holds(story, [])
    }

    /// One candidate is nobody's address, and a free one comes after it.
    fn only_addr_in_use_leads_on(&self, story: &mut Story, meaning: &str) -> io::Result<()> {
        let mistake = match (self.kind(), self.bound) {
            (None, _) => {
                "It went on past the candidate that is nobody's. That one is not taken, it is wrong, and now nobody will \
                 learn it: only AddrInUse leads on."
            }
            (Some(_), Some(_)) => {
                "An error came back, but not at once: the socket is bound to the next candidate already."
            }
            (Some(ErrorKind::AddrInUse), None) => {
                "Nobody has taken that address: bind said AddrNotAvailable. Hand its own error on, so that the caller \
                 learns why."
            }
            (Some(_), None) => "bind said AddrNotAvailable. Hand its own error on, so that the caller learns why.",
        };
        let right = self.kind() == Some(ErrorKind::AddrNotAvailable) && self.bound.is_none();
        story.check(right, meaning, mistake)?;
        self.holds(story)
    }

    /// The kind of the error that it returned; `None` for an address.
    fn kind(&self) -> Option<ErrorKind> {
        judge::kind(&self.said)
    }

    /// Whether it returned the name of its socket.
    fn right(&self) -> bool {
        self.bound.is_some() && self.said.as_ref().ok() == self.bound.as_ref()
    }

    /// What is wrong where a candidate was free.
    fn mistake_where_one_is_free(&self, candidates: &[(&str, SocketAddr)]) -> &'static str {
        let candidate = |address| candidates.iter().any(|(_, candidate)| candidate == address);
        match (&self.said, self.bound) {
            (Err(_), Some(_)) => {
                "The socket has its name, and an error came back all the same: once bind is done, return."
            }
            (Err(error), None) if error.kind() == ErrorKind::AddrInUse => {
                "There is a free one on the list, but the socket has no name. AddrInUse is the answer at the end of \
                 the list only: before that, go on to the next."
            }
            (Err(_), None) => {
                "There is a free one on the list: the socket should have its name, and you should return it."
            }
            (Ok(address), Some(_)) if candidate(address) => {
                "That is the candidate as it stands on the list. Its port 0 is a wish; which port the socket got, it \
                 tells you itself: local_addr."
            }
            (Ok(_), Some(_)) => {
                "That is not the name of the socket. It tells you itself: local_addr, once it is bound."
            }
            (Ok(address), None) if candidate(address) => {
                "That is a candidate, but the socket has no name: call bind on it, and see what comes back."
            }
            (Ok(address), None) if address.port() == 0 => {
                "That is what local_addr says of a socket without a name: bind it first."
            }
            (Ok(_), None) => {
                "That is the name of another socket. The one that you were given has none: call bind on that very one."
            }
        }
    }

    /// What is wrong where no candidate was free.
    fn mistake_where_none_is_free(&self) -> &'static str {
        match (&self.said, self.bound) {
            (_, Some(_)) => {
                "The socket has a name that is not on the list. Where none is free, leave it without, and return \
                 AddrInUse."
            }
            (Ok(_), None) => {
                "Nothing was bound, and still an address came back. Where none is free, the caller should get \
                 AddrInUse."
            }
            (Err(_), None) => {
                "Where none on the list is free, or none is given, the error should be of the kind AddrInUse."
            }
        }
    }
}
