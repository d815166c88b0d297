//! # Lesson 2: bind
//!
//! `bind(2)` gives a socket its name: an address of this machine, and a port. Under it others will find the socket,
//! once it listens; until then the name is merely taken, and nobody else can have it.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;

use narrator::kernel::no_listener;
use narrator::{Hint, LOOPBACK, Lesson, Look, NotStarted, Story, local_address, partner};
use socket2::{Domain, Socket, Type};

/// What this lesson is called, and what it says besides its story.
pub const LESSON: Lesson = Lesson {
    number: 2,
    package: "lesson02_bind",
    hints: &[
        Hint {
            function: "bind_first_free",
            text: "Try the candidates in their order, with bind on the socket that you were given. Each bind ends in \
                   one of three ways: it is done, the address is taken, something else is wrong. What does your \
                   function do in each case? And what at the end of the list?",
        },
        Hint {
            function: "bind_first_free",
            text: "A match on what bind returns has three arms: Ok(()) returns the socket's address; \
                   Err(error) if error.kind() == io::ErrorKind::AddrInUse does nothing, so that the loop goes on; \
                   Err(error) returns the error. socket.local_addr()? is the address, and its as_socket() is an Option \
                   of a SocketAddr. After the loop, nothing was free.",
        },
        Hint {
            function: "bind_first_free",
            text: "for &candidate in candidates { match socket.bind(&candidate.into()) { … } } and then \
                   Err(io::ErrorKind::AddrInUse.into()). The arm for Ok(()) is: \
                   return socket.local_addr()?.as_socket().ok_or(io::ErrorKind::Unsupported.into()).",
        },
    ],
    proved: "bind names the very socket that it is called on; AddrInUse alone is a reason to try the next address; and \
             what the kernel made of port 0 only getsockname tells.",
    question: "a server must bind before anyone can reach it. Why can a client do without?",
    look: Look::Descriptors,
};

/// The learner's [`bind_first_free`](run).
pub type BindFirstFree = fn(&Socket, &[SocketAddr]) -> io::Result<SocketAddr>;

/// Tells the lesson, then drives the learner's function; returns the process's exit code.
pub fn run(bind_first_free: BindFirstFree) -> ExitCode {
    narrator::tell(&LESSON, walkthrough, |story| {
        story.your_turn("bind_first_free", |story| drive_bind_first_free(story, bind_first_free));
    })
}

// ANCHOR: walkthrough
fn walkthrough(story: &mut Story) -> io::Result<()> {
    let (socket, server) = a_socket_gets_its_name(story)?;
    another_wants_the_same(story, server)?;
    a_client_needs_none(story, &socket, server)?;
    loopback_or_every_interface(story)?;
    no_such_address(story)
}

fn a_socket_gets_its_name(story: &mut Story) -> io::Result<(Socket, SocketAddr)> {
    story.step("A fresh socket has no name.");
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    story.server("socket()", "a TCP socket");
    // getsockname(2), as the next step writes it out. Windows calls a socket without a name an error, InvalidInput.
    story.server("getsockname()", local_address(&socket));
    story.meaning("A socket's name is an address and a port. 0.0.0.0:0 says that it has neither.");

    story.step("bind gives it one: loopback, and port 0.");
    story.ask("Which port will the socket have?", &["0", "a free one", "none, it is an error"]);
    // ANCHOR: bind
    socket.bind(&LOOPBACK.into())?;
    let server = socket.local_addr()?.as_socket().ok_or(ErrorKind::Unsupported)?;
    story.name(server, "127.0.0.1:server");
    story.server(format!("bind({LOOPBACK})"), "ok");
    story.server("getsockname()", server.to_string());
    // ANCHOR_END: bind
    story.meaning("b) a free one: port 0 lets the kernel choose (ip(7)). What it chose, only getsockname tells.");

    story.step("It has a name. Does it listen?");
    // The tables that `ss -tan` prints hold sockets that listen or are connected; names are kept in one of their own.
    story.kernel(no_listener(server));
    story.meaning(
        "No: bound is not listening. The kernel keeps the name for it, but ss does not show it, and a client \
         would be refused (lesson 3).",
    );
    Ok((socket, server))
}

// ANCHOR: taken
fn another_wants_the_same(story: &mut Story, server: SocketAddr) -> io::Result<()> {
    story.step("Break it: bind another socket to the same port.");
    story.ask("Nobody listens there. Is the port taken?", &["yes", "no"]);
    let another = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    match another.bind(&server.into()) {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            story.server(format!("bind({server})"), &error);
            // A bind that fails leaves the socket as it was. So the same socket can try again: here with any free port.
            another.bind(&LOOPBACK.into())?;
        }
        // Anything else is not about who has the port, and would fail with the next port as well.
        Err(error) => return Err(error),
        Ok(()) => {}
    }
    let free = local_address(&another)?;
    story.name(free, "127.0.0.1:another");
    story.server(format!("bind({LOOPBACK}), same socket"), "ok");
    story.server("getsockname()", free.to_string());
    story.server(format!("bind({LOOPBACK}), once more"), another.bind(&LOOPBACK.into()));
    story.meaning(
        "a) yes: bind alone takes the port. A bind that fails changes nothing, so the socket may try another \
         name; once it has one, it keeps it (bind(2)).",
    );
    story.keep_open(another);
    Ok(())
}
// ANCHOR_END: taken

// ANCHOR: client
fn a_client_needs_none(story: &mut Story, socket: &Socket, server: SocketAddr) -> io::Result<()> {
    story.step("A client does not bind: connect names it.");
    // So that there is somebody to connect to.
    socket.listen(1)?;
    story.server("listen(1), as in lesson 3", "ok");
    let client = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    story.client("getsockname()", local_address(&client));
    client.connect(&server.into())?;
    let client_address = local_address(&client)?;
    story.name(client_address, "127.0.0.1:client");
    story.client(format!("connect({server})"), "ok");
    story.client("getsockname()", client_address.to_string());
    story.meaning(
        "A server binds, because clients must know beforehand where to go. Nobody has to know a client's port \
         beforehand: the kernel chooses one, and the server learns it as the client comes.",
    );
    story.keep_open(client);
    Ok(())
}
// ANCHOR_END: client

fn loopback_or_every_interface(story: &mut Story) -> io::Result<()> {
    story.step("Loopback, or every interface.");
    // ANCHOR: every-interface
    let every_interface = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    let open = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    open.bind(&every_interface.into())?;
    let open_address = local_address(&open)?;
    story.name(open_address, "0.0.0.0:open");
    story.server(format!("bind({every_interface})"), "ok");
    story.server("getsockname()", open_address.to_string());
    // ANCHOR_END: every-interface
    // And so it ends here: nothing in this course listens on another interface than loopback.
    story.meaning(
        "In bind, 0.0.0.0 is every address of this machine (INADDR_ANY, ip(7)). If this socket listened, \
         whoever reaches the machine would reach it. 127.0.0.1 is reached from this machine alone.",
    );
    story.keep_open(open);
    Ok(())
}

fn no_such_address(story: &mut Story) -> io::Result<()> {
    story.step("Break it: bind to an address that is not this machine's.");
    // 192.0.2.0/24 is kept for examples in books (RFC 5737), so no interface should have it.
    let example = SocketAddr::from(([192, 0, 2, 1], 0));
    let stray = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    story.server(format!("bind({example})"), stray.bind(&example.into()));
    story.meaning(
        "bind takes an address that this machine has already. It gives the machine no new one, so another port would \
         not help.",
    );

    story.step("Break it: bind to 192.168.22.888, as a popular tutorial does.");
    story.ask("Which call refuses it?", &["socket", "bind", "neither"]);
    if let Err(error) = "192.168.22.888:9999".parse::<SocketAddr>() {
        story.server("\"192.168.22.888:9999\".parse()", error.to_string());
    }
    if let Err(error) = "192.168.22.888".parse::<Ipv4Addr>() {
        story.server("\"192.168.22.888\".parse()", error.to_string());
    }
    story.meaning(
        "c) neither: each of the four numbers is an octet, 0 to 255, and 888 does not fit. There is no address to \
         call bind with, so the kernel is never asked.",
    );
    Ok(())
}
// ANCHOR_END: walkthrough

/// Lists with a free address, then lists that end in an error: each kind of error in its own step.
fn drive_bind_first_free(story: &mut Story, bind_first_free: BindFirstFree) -> io::Result<()> {
    // Held while the function is driven. One listens, one has only a name: to bind, both are taken; to connect, one.
    let (_listener1, taken1) = partner::listen(1)?;
    let holder2 = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    holder2.bind(&LOOPBACK.into())?;
    let taken2 = local_address(&holder2)?;
    story.name(taken1, "127.0.0.1:taken1");
    story.name(taken2, "127.0.0.1:taken2");
    let taken = [taken1, taken2];

    drive_with_a_free_one(story, bind_first_free, taken)?;
    drive_with_other_errors(story, bind_first_free)?;
    drive_with_none_free(story, bind_first_free, taken)
}

fn drive_with_a_free_one(
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

    story.step("Two candidates are taken, then comes a free one, and another.");
    let every_interface = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    let candidates = [("taken", taken1), ("taken", taken2), ("free", LOOPBACK), ("free too", every_interface)];
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
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
    )
}

fn drive_with_other_errors(story: &mut Story, bind_first_free: BindFirstFree) -> io::Result<()> {
    story.step("The first candidate is no address of this machine. The second is free.");
    let nowhere = SocketAddr::from(([192, 0, 2, 1], 0));
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let candidates = [("nobody's", nowhere), ("free", LOOPBACK)];
    let attempt = Attempt::make(story, bind_first_free, &socket, &candidates)?;
    let mistake = match (attempt.kind(), attempt.bound) {
        (None, _) => {
            "It went on to the next candidate. The first is not taken, it is wrong, and now nobody will learn it: only \
             AddrInUse leads on."
        }
        (Some(_), Some(_)) => "An error came back, but not at once: the socket is bound to the next candidate already.",
        (Some(ErrorKind::AddrInUse), None) => {
            "Nobody has taken that address: bind said AddrNotAvailable. Hand its own error on, so that the caller \
             learns why."
        }
        (Some(_), None) => "bind said AddrNotAvailable. Hand its own error on, so that the caller learns why.",
    };
    story.check(
        attempt.kind() == Some(ErrorKind::AddrNotAvailable) && attempt.bound.is_none(),
        "The error came back at once, and the free candidate was left alone.",
        mistake,
    )?;

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
    )
}

fn drive_with_none_free(
    story: &mut Story,
    bind_first_free: BindFirstFree,
    [taken1, taken2]: [SocketAddr; 2],
) -> io::Result<()> {
    story.step("Both candidates are taken.");
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let attempt = Attempt::make(story, bind_first_free, &socket, &[("taken", taken1), ("taken", taken2)])?;
    story.check(
        attempt.kind() == Some(ErrorKind::AddrInUse) && attempt.bound.is_none(),
        "AddrInUse says it all, and the socket is as it was: the caller may try another list.",
        attempt.mistake_where_none_is_free(),
    )?;

    story.step("There is no candidate at all.");
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let attempt = Attempt::make(story, bind_first_free, &socket, &[])?;
    story.check(
        attempt.kind() == Some(ErrorKind::AddrInUse) && attempt.bound.is_none(),
        "An empty list has no free address: AddrInUse again.",
        attempt.mistake_where_none_is_free(),
    )
}

/// What came of one call of the learner's function.
struct Attempt {
    /// What it returned.
    said: io::Result<SocketAddr>,
    /// The name that its socket has then.
    bound: Option<SocketAddr>,
}

impl Attempt {
    /// Calls the learner's function, and tells what it was given, what it returned, and what became of the socket.
    fn make(
        story: &mut Story,
        bind_first_free: BindFirstFree,
        socket: &Socket,
        candidates: &[(&str, SocketAddr)],
    ) -> io::Result<Self> {
        for (index, (what, address)) in candidates.iter().enumerate() {
            story.you(format!("candidates[{index}], {what}"), address.to_string());
        }
        let addresses: Vec<_> = candidates.iter().map(|(_, address)| *address).collect();
        let said = match bind_first_free(socket, &addresses) {
            Err(error) if NotStarted::of(&error).is_some() => return Err(error),
            said => said,
        };
        // Without a name a socket has port 0, and on Windows it has no address at all.
        let bound = local_address(socket).ok().filter(|address| address.port() != 0);
        for (address, role) in [(said.as_ref().ok().copied(), "other"), (bound, "chosen")] {
            if let Some(address) = address.filter(|address| !addresses.contains(address) && address.port() != 0) {
                story.name(address, &format!("{}:{role}", address.ip()));
            }
        }
        let call = "bind_first_free(&socket, &[…])";
        match &said {
            Ok(address) => story.you(call, address.to_string()),
            Err(error) => story.you(call, error),
        }
        story.you("getsockname()", bound.map_or("no name".to_owned(), |address| address.to_string()));
        Ok(Self { said, bound })
    }

    /// The kind of the error that it returned; `None` for an address.
    fn kind(&self) -> Option<ErrorKind> {
        self.said.as_ref().err().map(io::Error::kind)
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
