//! # Lesson 3: listen
//!
//! A bound socket has a name, but whoever connects to it is turned away. `listen(2)` makes it passive: from then on the
//! kernel shakes hands with clients on its own, and puts each finished connection into the accept queue. The backlog
//! says how many may wait there.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use narrator::kernel::{State, connection, is_listener, listener};
use narrator::{Hint, LOOPBACK, Lesson, Look, Story, blocks, local_address, partner};
use socket2::{Domain, Socket, Type};

/// What this lesson is called, and what it says besides its story.
pub const LESSON: Lesson = Lesson {
    number: 3,
    package: "lesson03_listen",
    hints: &[
        Hint {
            function: "open_listener",
            text: "Three calls, socket, bind and listen, in this order. The address and the backlog each have their \
                   place: in which of them?",
        },
        Hint {
            function: "open_listener",
            text: "Socket::new wants a family: Domain::for_address(address), as in lesson 1. bind wants \
                   &address.into(), as in lesson 2, and listen wants the backlog, as it is. Each call can fail: put ? \
                   behind it.",
        },
        Hint {
            function: "open_listener",
            text: "let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?; then \
                   listener.bind(&address.into())?; then listen with backlog in the same way; at the end Ok(listener).",
        },
    ],
    proved: "socket, bind and listen, in this order, make a listener: at the address that was asked for, of either \
             family, with the backlog that was asked for. Where that cannot be had, the caller learns why.",
    question: "a server listens with a backlog of 128 and has ten thousand clients. How can that be?",
    look: Look::Sockets,
};

/// Why a full queue is shown on Linux only.
const QUEUES_DIFFER: &str = "every system counts its queue in its own way, and some refuse whom Linux keeps waiting.";

/// The learner's [`open_listener`](run).
pub type OpenListener = fn(SocketAddr, i32) -> io::Result<Socket>;

/// Tells the lesson, then drives the learner's function; returns the process's exit code.
pub fn run(open_listener: OpenListener) -> ExitCode {
    narrator::tell(&LESSON, walkthrough, |story| {
        story.your_turn("open_listener", |story| drive_open_listener(story, open_listener));
    })
}

// ANCHOR: walkthrough
fn walkthrough(story: &mut Story) -> io::Result<()> {
    // ANCHOR: bound
    story.step("A server binds a socket, as lesson 2 left it.");
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&LOOPBACK.into())?;
    let server = local_address(&socket)?;
    story.name(server, "server");
    story.server("socket(), bind()", server.to_string());
    story.kernel_shows("SO_ACCEPTCONN", is_listener(&socket).map(yes_or_no));
    // ANCHOR_END: bound

    story.step("Break it: a client connects before the server listens.");
    story.ask("What does the client get?", &["a connection", "a refusal", "silence"]);
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    story.client(format!("connect({server})"), client.connect(&server.into()));
    // RFC 9293 §3.5.2: a SYN that is meant for no connection and no listener is answered with a reset.
    story.meaning(
        "b) a refusal: the name is taken, but nobody listens there. The kernel says so at once, with a reset (RST).",
    );

    // ANCHOR: listen
    story.step("listen makes the socket passive.");
    socket.listen(1)?;
    let listening = socket;
    story.server("listen(1)", "ok");
    story.kernel_shows("SO_ACCEPTCONN", is_listener(&listening).map(yes_or_no));
    story.kernel(listener(server, 0));
    story.meaning(
        "listen waits for nobody: it tells the kernel to let clients in, and returns. `ss -ltn` shows the same: \
         Recv-Q is how many wait, Send-Q the backlog.",
    );
    // ANCHOR_END: listen

    story.step("A client connects. The server's program does nothing.");
    // A new socket: what the refused one can still be used for differs from system to system (POSIX, connect).
    let client1 = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client1.connect(&server.into())?;
    let address1 = local_address(&client1)?;
    story.name(address1, "client1");
    story.client(format!("connect({server})"), format!("ok, I am {address1}"));
    story.kernel(connection(address1, server, State::Established));
    story.kernel(connection(server, address1, State::Established));
    story.kernel(listener(server, 1));
    story.meaning(
        "The kernel shook hands on its own (SYN, SYN-ACK, ACK) and put the finished connection into the accept queue. \
         There it waits for an accept, lesson 4.",
    );

    let in_line = fill_the_queue(story, server)?;
    accept_one(story, &listening, server, in_line)?;
    story.keep_open((listening, client1));
    Ok(())
}

// ANCHOR: full-queue
/// Two more clients than the backlog of 1 has room for; returns their sockets.
fn fill_the_queue(story: &mut Story, server: SocketAddr) -> io::Result<Vec<Socket>> {
    story.step("Break it: two more clients come, and nobody accepts.");
    if !cfg!(target_os = "linux") {
        story.skip(QUEUES_DIFFER);
        return Ok(Vec::new());
    }
    story.ask("The backlog is 1. How many of the three get in?", &["1", "2", "3"]);
    let client2 = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client2.connect(&server.into())?;
    let address2 = local_address(&client2)?;
    story.name(address2, "client2");
    story.client(format!("connect({server})"), format!("ok, I am {address2}"));
    story.kernel(listener(server, 2));

    let client3 = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    let patience = Duration::from_millis(250);
    let waited = client3.connect_timeout(&server.into(), patience);
    let address3 = local_address(&client3)?;
    story.name(address3, "client3");
    story.client(format!("connect({server}), 250 ms"), waited);
    story.kernel(connection(address3, server, State::SynSent));
    story.kernel(listener(server, 2));
    story.meaning(
        "b) 2: Linux takes one more than the backlog says. The third is not refused: its SYN is dropped, so it sends \
         it again about 1 s later. TimedOut is only our patience; the client's kernel would try for a minute or more.",
    );
    Ok(vec![client2, client3])
}
// ANCHOR_END: full-queue

/// The queue gives one client up and takes another in; `in_line` is what [`fill_the_queue`] returned.
fn accept_one(story: &mut Story, listening: &Socket, server: SocketAddr, mut in_line: Vec<Socket>) -> io::Result<()> {
    story.step("The server accepts one client. Then another comes.");
    story.ask("Can a server with backlog 1 ever have three clients?", &["yes", "no"]);
    if let Some(client3) = in_line.pop() {
        // Closed, it no longer asks for the place that comes free now.
        drop(client3);
        story.client("close()", "ok, the third gave up");
    }
    let (stream, peer) = listening.accept()?;
    let peer = peer.as_socket().ok_or(ErrorKind::Unsupported)?;
    story.server("accept()", format!("a stream to {peer}"));
    story.kernel(listener(server, in_line.len() as u32));
    let client4 = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client4.connect(&server.into())?;
    let address4 = local_address(&client4)?;
    story.name(address4, "client4");
    story.client(format!("connect({server})"), format!("ok, I am {address4}"));
    story.kernel(listener(server, in_line.len() as u32 + 1));
    story.meaning(
        "a) yes, and thousands: the backlog counts the connections that wait in the queue, not the clients. An \
         accepted one waits no more.",
    );
    story.keep_open((stream, in_line, client4));
    Ok(())
}

/// An option that is on or off, as `getsockopt(2)` gives it.
fn yes_or_no(on: bool) -> String {
    if on { "1: passive" } else { "0: not passive" }.to_owned()
}
// ANCHOR_END: walkthrough

/// An address that no interface has: it is kept for use in documents (RFC 5737).
const NOWHERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 0);

/// Where a socket is that was never bound.
const UNBOUND: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

/// How long a client tries for which there should be no place.
const KNOCKS: Duration = Duration::from_millis(250);

/// A free address, with a long queue and a short one; a taken address; one that nobody can have; one of IPv6.
fn drive_open_listener(story: &mut Story, open_listener: OpenListener) -> io::Result<()> {
    story.step("Your function opens a listener on loopback, with a backlog of 5.");
    let listening = opened(story, 5, open_listener(LOOPBACK, 5))?;
    // A socket without a name is at 0.0.0.0:0; Windows calls it an error.
    let server = local_address(&listening).unwrap_or(UNBOUND);
    name(story, server, "server");
    story.you("getsockname()", server.to_string());
    let mistake = match server.port() {
        0 => "This socket has no address, so no client can find it: bind it to `address`, then listen.",
        _ if server.ip() != LOOPBACK.ip() => {
            "That is every interface, not the address that was asked for; it is what listen gives a socket without a \
             name. Bind it to `address`, then listen."
        }
        _ => {
            "Your listener is nonblocking: accept would not wait for a client, but fail where none is there yet. \
             Nobody asked for that: leave the choice to the caller."
        }
    };
    let bound = server.ip() == LOOPBACK.ip() && server.port() != 0;
    story.check(
        bound && blocks(&listening)?,
        "It is on loopback, and for port 0 the kernel chose a free port.",
        mistake,
    )?;

    story.step("Five clients connect to it, and nobody accepts.");
    let (clients, turned_away) = come(server, 5, 5)?;
    story.client("connect(), five times", told(&clients, turned_away));
    let mistake = match clients.len() {
        0 => "Nobody gets in: this socket has a name, but does not listen. After bind, call listen on it.".to_owned(),
        in_line => format!(
            "Only {in_line} of the five got in, and a backlog of 5 has room for all: give listen the `backlog` that \
             your function is given."
        ),
    };
    story.check(clients.len() == 5, "It listens, and its queue has room for five.", &mistake)?;

    drive_backlog(story, open_listener)?;

    story.step("Your first listener lives on. Your function is asked for its address.");
    fails(story, server, ErrorKind::AddrInUse, open_listener(server, 5))?;

    story.step("Your function is asked for an address that no interface has.");
    fails(story, NOWHERE, ErrorKind::AddrNotAvailable, open_listener(NOWHERE, 5))?;

    drive_ipv6(story, open_listener)
}

/// The backlog counts: one that is too large lets in who should wait.
fn drive_backlog(story: &mut Story, open_listener: OpenListener) -> io::Result<()> {
    story.step("A second listener, with a backlog of 0. Clients come until one must wait.");
    if !cfg!(target_os = "linux") {
        story.skip(QUEUES_DIFFER);
        return Ok(());
    }
    let listening = opened(story, 0, open_listener(LOOPBACK, 0))?;
    let (clients, turned_away) = come(local_address(&listening)?, 1, 8)?;
    if clients.is_empty() && is_listener(&listening)? {
        // Older kernels, where SYN cookies are switched off.
        story.skip("with a backlog of 0 this system lets nobody in.");
        return Ok(());
    }
    story.client("connect(), again and again", told(&clients, turned_away));
    let mistake = match clients.len() {
        0 => "Nobody gets in: this one does not listen.".to_owned(),
        2 => {
            "Two got in, as with a backlog of 1: give listen the `backlog` as it is. 0 is allowed, and Linux adds one."
                .to_owned()
        }
        in_line => format!(
            "{in_line} got in, although a backlog of 0 was asked for: give listen the `backlog` as it is, not a number \
             of your own. (Linux takes one below 0 for the largest.)"
        ),
    };
    story.check(clients.len() == 1, "One is in, as Linux counts a backlog of 0; the second was kept waiting.", &mistake)
}

/// The family follows the address. Not every machine has IPv6.
fn drive_ipv6(story: &mut Story, open_listener: OpenListener) -> io::Result<()> {
    story.step("Your function is asked for an IPv6 address, on loopback.");
    let loopback = SocketAddr::from((Ipv6Addr::LOCALHOST, 0));
    if Socket::new(Domain::IPV6, Type::STREAM, None).and_then(|socket| socket.bind(&loopback.into())).is_err() {
        story.skip("this system has no IPv6.");
        return Ok(());
    }
    let bound = open_listener(loopback, 5).and_then(|listening| local_address(&listening));
    let right = bound.as_ref().is_ok_and(|bound| bound.ip() == loopback.ip() && bound.port() != 0);
    let mistake = match bound {
        Ok(_) => "The socket is not at the address that was asked for: bind it to `address`, whatever its family.",
        Err(_) => "This address is of IPv6, and so must the socket be: Domain::for_address gives the family that fits.",
    };
    story.you(format!("open_listener({loopback}, 5)"), bound.map(|_| "a socket".to_owned()));
    story.check(right, "The socket's family follows the address.", mistake)
}

/// The listener that the learner's function opened at port 0, where nothing should hinder it.
fn opened(story: &mut Story, backlog: i32, result: io::Result<Socket>) -> io::Result<Socket> {
    let call = format!("open_listener({LOOPBACK}, {backlog})");
    let mistake = match result.as_ref().map_err(io::Error::kind) {
        Err(ErrorKind::InvalidInput) => {
            "bind fails, for the socket has a name already: listen came first and gave it one. First bind, then listen."
        }
        Err(ErrorKind::AddrInUse | ErrorKind::AddrNotAvailable | ErrorKind::PermissionDenied) => {
            "Loopback with port 0 can always be had: bind to `address`, not to an address of your own."
        }
        Err(ErrorKind::Unsupported) => "listen is for streams only: make the socket with Type::STREAM.",
        _ => return story.yours(&call, result, |_| "a socket".to_owned()),
    };
    story.you(call, result.map(|_| String::new()));
    Err(story.mistake(mistake))
}

/// The learner's function was asked for an address that cannot be had, and should hand on bind's error.
fn fails(story: &mut Story, asked: SocketAddr, expected: ErrorKind, result: io::Result<Socket>) -> io::Result<()> {
    let call = format!("open_listener({asked}, 5)");
    let listening = match result {
        Ok(listening) => listening,
        Err(error) => {
            story.you(call, &error);
            return story.check(
                error.kind() == expected,
                "No listener, and the caller learns why.",
                &format!("bind's own error here is {expected:?}: bind to `address` itself, and hand bind's error on."),
            );
        }
    };
    let elsewhere = local_address(&listening)?;
    // At once: it may listen on every interface.
    drop(listening);
    if elsewhere != asked {
        name(story, elsewhere, "elsewhere");
    }
    story.you(call, format!("a socket at {elsewhere}"));
    Err(story.mistake(match elsewhere {
        _ if elsewhere == asked => {
            "Two listeners now share one address. Only an option such as SO_REUSEPORT allows that: leave it out."
        }
        _ if elsewhere.ip().is_unspecified() => {
            "bind failed and your function went on: listen gives a socket without a name one on every interface. Hand \
             bind's error on, with `?`."
        }
        _ => "This is not the address that was asked for. Bind to `address` alone, and hand bind's error on.",
    }))
}

/// Names an address by its role; one on every interface by what is wrong with it.
fn name(story: &mut Story, address: SocketAddr, role: &str) {
    if address != UNBOUND {
        story.name(address, if address.ip().is_unspecified() { "every interface" } else { role });
    }
}

/// Clients that connect one after another, until `most` are in or one is not; and why that one is not.
///
/// The queue should have room for `room` clients: these are patient.
fn come(server: SocketAddr, room: usize, most: usize) -> io::Result<(Vec<Socket>, Option<io::Error>)> {
    let mut clients = Vec::new();
    while clients.len() < most {
        let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
        let patience = if clients.len() < room { partner::PATIENCE } else { KNOCKS };
        if let Err(error) = client.connect_timeout(&server.into(), patience) {
            return Ok((clients, Some(error)));
        }
        clients.push(client);
    }
    Ok((clients, None))
}

/// How many got in, and what the next one got.
fn told(clients: &[Socket], turned_away: Option<io::Error>) -> String {
    let count = clients.len();
    match turned_away {
        Some(error) => format!("{count} connected, then {:?}", error.kind()),
        None => format!("{count} connected"),
    }
}
