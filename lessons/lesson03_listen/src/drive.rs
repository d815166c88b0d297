//! Calls the learner's function in one situation after another, and judges what comes of it. To read after your turn: it
//! tells what is looked for.

mod more_listeners;

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use narrator::descriptors::socket_fails;
use narrator::kernel::{self, is_listener};
use narrator::partner::{self, LOOPBACK_V6};
use narrator::small_print::{SmallPrint, as_plain};
use narrator::wire::handshake;
use narrator::{LOOPBACK, Story, blocks, judge, local_address};
use socket2::{Domain, Socket, Type};

use crate::{OpenListener, QUEUES_DIFFER};

/// An address that no interface has: it is kept for use in documents (RFC 5737).
const NOWHERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 0);

/// Where a socket is that was never bound.
const UNBOUND: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

/// How long a client tries for which there should be no place.
const KNOCKS: Duration = Duration::from_millis(250);

/// A free address, with a long queue, a short one and very long ones; a taken address; one that nobody can have; one of IPv6;
/// and no room for a socket.
pub(crate) fn open_listener(story: &mut Story, open_listener: OpenListener) -> io::Result<()> {
    let (first, server) = on_loopback(story, open_listener)?;
    five_in_line(story, server)?;
    none_in_line(story, open_listener)?;

    story.step("Your first listener lives on. Your function is asked for its address.");
    fails(story, server, ErrorKind::AddrInUse, open_listener)?;
    as_ours(story, &first, 5)?;

    story.step("Your function is asked for an address that no interface has.");
    fails(story, NOWHERE, ErrorKind::AddrNotAvailable, open_listener)?;

    hundreds_in_line(story, open_listener)?;
    more_listeners::any_number_in_line(story, open_listener)?;
    more_listeners::at_a_certain_port(story, open_listener)?;
    at_ipv6(story, open_listener)?;
    without_room(story, open_listener)
}

/// It is what a plain listener is, with no setting of its own.
fn as_ours(story: &mut Story, listening: &Socket, backlog: i32) -> io::Result<()> {
    let address = SocketAddr::new(local_address(listening)?.ip(), 0);
    let (ours, _) = partner::listen_at(address, backlog)?;
    let backlogs = [listening, &ours].map(shown_backlog);
    if let [Some(yours), Some(ours)] = backlogs
        && yours != ours
    {
        return Err(story.mistake(&format!(
            "The kernel shows a backlog of {yours} for your listener, and {ours} for ours, which was given {backlog}, too: \
             give listen the `backlog` as it is."
        )));
    }
    as_plain(story, "The listener that you return", listening, &ours, &[])
}

/// The backlog that the kernel shows; `None` where it shows none.
fn shown_backlog(listening: &Socket) -> Option<u32> {
    shown(listening).map(|row| row.send_queue)
}

/// What the kernel shows of a listener.
fn shown(listening: &Socket) -> Option<kernel::Row> {
    let rows = kernel::rows(local_address(listening).ok()?).ok()?;
    rows.into_iter().find(|row| row.state == kernel::State::Listen)
}

fn hundreds_in_line(story: &mut Story, open_listener: OpenListener) -> io::Result<()> {
    for backlog in [300, i32::MAX] {
        story.step(&format!("One more, with a backlog of {backlog}. We compare it with a listener of ours."));
        if !cfg!(target_os = "linux") {
            story.skip("only Linux shows a listener's backlog.");
            continue;
        }
        let small_print = SmallPrint::before();
        let listening = opened(story, backlog, open_listener(LOOPBACK, backlog))?;
        small_print.holds(story, [&listening])?;
        as_ours(story, &listening, backlog)?;
        match shown_backlog(&listening) {
            Some(_) => story.meaning("The same backlog as ours, and the same in everything else."),
            None => story.skip("this system does not show a listener's backlog."),
        }
    }
    Ok(())
}

fn on_loopback(story: &mut Story, open_listener: OpenListener) -> io::Result<(Socket, SocketAddr)> {
    story.step("Your function opens a listener on loopback, with a backlog of 5.");
    let small_print = SmallPrint::before();
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
    small_print.holds(story, [&listening])?;
    Ok((listening, server))
}

fn five_in_line(story: &mut Story, server: SocketAddr) -> io::Result<()> {
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
    for (number, client) in (1..).zip(&clients) {
        let address = local_address(client)?;
        story.name(address, &format!("client{number}"));
        story.wire(handshake(address, server));
    }
    let all = clients.len() == 5;
    story.keep_open(clients);
    story.check(all, "It listens, and its queue has room for five.", &mistake)
}

/// The backlog counts: one that is too large lets in who should wait.
fn none_in_line(story: &mut Story, open_listener: OpenListener) -> io::Result<()> {
    story.step("A second listener, with a backlog of 0. Clients come until one must wait.");
    if !cfg!(target_os = "linux") {
        story.skip(QUEUES_DIFFER);
        return Ok(());
    }
    let small_print = SmallPrint::before();
    let listening = opened(story, 0, open_listener(LOOPBACK, 0))?;
    small_print.holds(story, [&listening])?;
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
fn at_ipv6(story: &mut Story, open_listener: OpenListener) -> io::Result<()> {
    const TAKEN: &str = "The IPv6 listener lives on. Your function is asked for its address.";
    story.step("Your function is asked for an IPv6 address, on loopback.");
    if !partner::has_v6(story) {
        story.step(TAKEN);
        partner::has_v6(story);
        return Ok(());
    }
    let small_print = SmallPrint::before();
    let opened = open_listener(LOOPBACK_V6, 5);
    let call = format!("open_listener({LOOPBACK_V6}, 5)");
    let listening = match judge::told(story, &call, opened, |_| "a socket".to_owned())? {
        Ok(listening) => listening,
        Err(error) if judge::of_another_family(&error) => {
            return Err(story.mistake(
                "This address is of IPv6, and so must the socket be: Domain::for_address gives the family that fits.",
            ));
        }
        Err(error) => {
            return Err(story.mistake(&format!(
                "A listener can be had there, and your function returned an error, {:?}. The same calls have to work for an \
                 address of either family.",
                error.kind()
            )));
        }
    };
    small_print.holds(story, [&listening])?;
    let server = local_address(&listening)?;
    let there = server.ip() == LOOPBACK_V6.ip() && server.port() != 0;
    story.check(
        there && partner::connect(server).is_ok(),
        "The socket's family follows the address, and a client gets in.",
        match there {
            true => "It is bound to its address, and no client gets in: this one does not listen.",
            false => "The socket is not at the address that was asked for: bind it to `address`, whatever its family.",
        },
    )?;
    as_ours(story, &listening, 5)?;

    story.step(TAKEN);
    story.name(server, "[::1]:PORT");
    fails(story, server, ErrorKind::AddrInUse, open_listener)?;
    more_listeners::at_other_ipv6(story, open_listener)
}

/// socket fails where the program may open nothing more.
fn without_room(story: &mut Story, open_listener: OpenListener) -> io::Result<()> {
    story.step("The program has opened as many files and sockets as it may.");
    let Ok((address, mistake)) = socket_fails(0, |address| open_listener(address, 5)) else {
        story.skip("this system does not let us try that.");
        return Ok(());
    };
    let right = mistake.is_none();
    story.you(format!("open_listener({address}, 5)"), if right { "socket's own error" } else { "something else" });
    story.check(right, "Whichever call fails, the caller gets that call's error.", &mistake.unwrap_or_default())
}

/// The listener that the learner's function opened at port 0, where nothing should hinder it.
fn opened(story: &mut Story, backlog: i32, result: io::Result<Socket>) -> io::Result<Socket> {
    let call = format!("open_listener({LOOPBACK}, {backlog})");
    let mistake = match judge::kind(&result) {
        Some(ErrorKind::InvalidInput) => {
            "bind fails, for the socket has a name already: listen came first and gave it one. First bind, then listen."
        }
        Some(ErrorKind::AddrInUse | ErrorKind::AddrNotAvailable | ErrorKind::PermissionDenied) => {
            "Loopback with port 0 can always be had: bind to `address`, not to an address of your own."
        }
        Some(ErrorKind::Unsupported) => "listen is for streams only: make the socket with Type::STREAM.",
        _ => {
            let listening = story.yours(&call, result, |_| "a socket".to_owned())?;
            return match shown(&listening) {
                Some(row) if row.receive_queue > 0 => Err(story.mistake(
                    "Somebody waits already at the listener that you return, before any client of ours: nobody asked your \
                     function to connect to it.",
                )),
                _ => Ok(listening),
            };
        }
    };
    story.you(call, result.map(|_| String::new()));
    Err(story.mistake(mistake))
}

/// The learner's function was asked for an address that cannot be had, and should hand on bind's error.
fn fails(story: &mut Story, asked: SocketAddr, expected: ErrorKind, open_listener: OpenListener) -> io::Result<()> {
    let call = format!("open_listener({asked}, 5)");
    let small_print = SmallPrint::before();
    let listening = match open_listener(asked, 5) {
        Ok(listening) => listening,
        Err(error) => {
            story.you(call, &error);
            story.check(
                error.kind() == expected,
                "No listener, and the caller learns why.",
                &format!("bind's own error here is {expected:?}: bind to `address` itself, and hand bind's error on."),
            )?;
            return small_print.holds(story, []);
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
