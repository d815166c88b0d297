//! Calls the learner's function in one situation after another, and judges what comes of it. To read after your turn: it
//! tells what is looked for.

use std::io::{self, ErrorKind, Read};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::mpsc::{self, RecvTimeoutError};

use narrator::kernel::{State, connection};
use narrator::partner::{self, LOOPBACK_V6};
use narrator::small_print::{SmallPrint, as_plain};
use narrator::wire::{fin, handshake};
use narrator::{LOOPBACK, Outcome, Story, blocks, judge, local_address};
use socket2::Socket;

use crate::RestartableListener;

/// An address that no interface has: it is kept for use in documents (RFC 5737).
const NOWHERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 0);

/// What begins a sentence about the function's own socket.
const YOURS: &str = "The listener that you return";

/// What the function decides: the option is what the lesson is about, and the backlog is free.
const FREE: [&str; 2] = ["SO_REUSEADDR", "listen"];

/// Two lives of a server at one address; and while the first one lives, somebody else who wants it. The same over IPv6, and
/// an address that nobody can have.
pub(crate) fn restartable_listener(story: &mut Story, restartable_listener: RestartableListener) -> io::Result<()> {
    let (first, server) = open_first(story, restartable_listener)?;
    let clients = connect_three(story, server)?;
    let first = open_beside(story, restartable_listener, first, server)?;
    let was_set = first.reuse_address()?;
    end_first(story, first, server, clients)?;
    open_second(story, restartable_listener, server, was_set)?;
    over_ipv6(story, restartable_listener)?;
    nowhere(story, restartable_listener)
}

fn open_first(story: &mut Story, restartable_listener: RestartableListener) -> io::Result<(Socket, SocketAddr)> {
    story.step("The first life: your function opens a listener, at any free port.");
    let small_print = SmallPrint::before();
    let first = story.yours("restartable_listener(127.0.0.1:0)", restartable_listener(LOOPBACK), a_socket)?;
    small_print.holds(story, [&first])?;
    let server = local_address(&first)?;
    let asked_for = server.ip() == LOOPBACK.ip() && server.port() != 0;
    story.name(server, if asked_for { "server" } else { "another address" });
    story.you("server = getsockname()", server.to_string());
    let mistake = if asked_for {
        "The socket is nonblocking: accept would not wait for a client, but fail where none is there yet."
    } else {
        "That is not the address that your function was given: bind the socket to it, before listen."
    };
    story.check(asked_for && blocks(&first)?, "The address is the one that was asked for.", mistake)?;
    Ok((first, server))
}

/// More clients than a backlog of 0 or 1 has room for.
fn connect_three(story: &mut Story, server: SocketAddr) -> io::Result<Vec<(Socket, SocketAddr)>> {
    story.step("Three clients come. Nobody has called accept yet.");
    let mut clients = Vec::new();
    for role in ["client1", "client2", "client3"] {
        match partner::connect(server) {
            Ok((client, address)) => {
                story.name(address, role);
                story.client("connect(server)", format!("ok, I am {address}"));
                story.wire(handshake(address, server));
                clients.push((client, address));
            }
            Err(error) => {
                story.client("connect(server)", &error);
                return Err(story.mistake(if clients.is_empty() {
                    "The first client is turned away: the socket has its name, but it does not listen."
                } else {
                    "The queue is full already. Several clients may come at once: give listen a larger backlog."
                }));
            }
        }
    }
    story.meaning("It listens, and several clients may come at once.");
    Ok(clients)
}

/// The listener lives, and its address is asked for again, in vain; gives the listener back.
fn open_beside(
    story: &mut Story,
    restartable_listener: RestartableListener,
    first: Socket,
    server: SocketAddr,
) -> io::Result<Socket> {
    story.step("The listener lives, and your function is called with its very address.");
    let small_print = SmallPrint::before();
    let (first, second) = while_it_lives(first, || restartable_listener(server))?;
    name_if_other(story, &second, server);
    let mistake = stolen_or_hidden(first.as_ref(), &second, server);
    let told = second.as_ref().map_or_else(Outcome::from, |second| Outcome::from(local_address(second)));
    story.you("restartable_listener(server)", told);
    match (first, mistake) {
        (Some(first), None) => {
            story.meaning("A live listener's port is its own, and the caller learns so at once.");
            small_print.holds(story, [])?;
            as_plain(story, YOURS, &first, &partner::listen(5)?.0, &FREE)?;
            Ok(first)
        }
        (_, mistake) => Err(story.mistake(mistake.unwrap_or_default())),
    }
}

/// Calls the function while the listener lives. After 2 s the listener gives up and closes, so that a function that
/// waits for its port can come back; then there is no listener to give back.
fn while_it_lives(
    listening: Socket,
    function: impl FnOnce() -> io::Result<Socket>,
) -> io::Result<(Option<Socket>, io::Result<Socket>)> {
    let (done, waiting) = mpsc::channel();
    let owner = partner::at_work(move || match waiting.recv_timeout(partner::PATIENCE) {
        Err(RecvTimeoutError::Timeout) => None,
        // Disconnected: the function panicked.
        Ok(()) | Err(RecvTimeoutError::Disconnected) => Some(listening),
    })?;
    let result = function();
    // An owner that has given up does not hear it.
    let _ = done.send(());
    Ok((partner::finished(owner)?, result))
}

/// What is wrong with this answer to a call for a live listener's address; `None` when it is right.
fn stolen_or_hidden(first: Option<&Socket>, second: &io::Result<Socket>, server: SocketAddr) -> Option<&'static str> {
    let Some(first) = first else {
        return Some(
            "Your function came back only after 2 s, when the live listener had given up. Do not wait for a port that \
             somebody has: call bind once, and hand its error on.",
        );
    };
    match second {
        Err(error) if error.kind() == ErrorKind::AddrInUse => None,
        _ if cfg!(windows) && first.reuse_address().unwrap_or(false) => Some(
            "SO_REUSEADDR is set. On Windows that asks for a port even if a live listener has it: set it only if \
             cfg!(unix).",
        ),
        Err(_) => Some("By this error nobody knows that the address is in use: hand on bind's own."),
        Ok(second) if local_address(second).ok() != Some(server) => Some(
            "That is another address than your function was given, and no client looks for the server there. Bind to \
             `address` or not at all, and hand bind's error on.",
        ),
        Ok(_) if shares_port(first) => Some(
            "Two live listeners at one address: with SO_REUSEPORT the second takes clients from the first. A restart \
             needs SO_REUSEADDR, and that alone.",
        ),
        Ok(_) => Some("Two live listeners at one address: the second takes clients from the first."),
    }
}

/// Accepts each client, and closes before it does, so that TIME_WAIT is on the server's side.
fn end_first(
    story: &mut Story,
    first: Socket,
    server: SocketAddr,
    clients: Vec<(Socket, SocketAddr)>,
) -> io::Result<()> {
    story.step("The server serves all three, closes before each of them does, and ends.");
    for (client, address) in clients {
        let Some((stream, peer)) = partner::next_client(&first)? else {
            return Err(story.mistake("A client is missing in the queue: only your function can have accepted it."));
        };
        drop(stream);
        story.server("accept(), close()", format!("a stream to {peer}"));
        story.client("recv()", (&client).read(&mut [0; 64]));
        drop(client);
        story.wire([fin(server, address), fin(address, server)].concat());
        // A kernel that does not show its connections leaves us the order of the two closes.
        let _ = connection(server, address, State::TimeWait).find();
    }
    if partner::next_client(&first)?.is_some() {
        return Err(story.mistake(
            "A fourth client is in the queue, and only your function can have come: it tried by connect whether somebody \
             lives at the address. A live server would have to serve it. bind says it, and disturbs nobody.",
        ));
    }
    drop(first);
    story.server("close() of the listener", "ok");
    story.meaning("The server closed first, so the connections linger on its side.");
    Ok(())
}

/// `was_set`: whether SO_REUSEADDR was on at the end of the first life.
fn open_second(
    story: &mut Story,
    restartable_listener: RestartableListener,
    server: SocketAddr,
    was_set: bool,
) -> io::Result<()> {
    story.step("The restart: your function is called with that address, at once.");
    let small_print = SmallPrint::before();
    let second = restartable_listener(server);
    name_if_other(story, &second, server);
    if let Err(error) = &second
        && error.kind() == ErrorKind::AddrInUse
    {
        story.you("restartable_listener(server)", error);
        return Err(story.mistake(if was_set {
            "SO_REUSEADDR is on, but too late: bind looks at it when it is called, so it has to be set before bind."
        } else {
            "The first life's listener never had SO_REUSEADDR. Both lives have to set it, each before its bind."
        }));
    }
    let second = story.yours("restartable_listener(server)", second, a_socket)?;
    story.you("getsockname()", local_address(&second));
    small_print.holds(story, [&second])?;
    let client = partner::connect(server);
    story.client("connect(server)", client.as_ref().map_or_else(Outcome::from, |_| Outcome::from("ok")));
    let served = client.is_ok() && partner::next_client(&second)?.is_some();
    story.check(
        served,
        "The next life has its clients at the old address, while the old connections linger.",
        "The server's clients do not reach it: the second life has to listen at the same address as the first.",
    )
}

/// Not every machine has IPv6.
fn over_ipv6(story: &mut Story, restartable_listener: RestartableListener) -> io::Result<()> {
    story.step("All of it over IPv6: a first life, its address asked for, a restart.");
    if !partner::has_v6(story) {
        return Ok(());
    }
    let small_print = SmallPrint::before();
    let first = restartable_listener(LOOPBACK_V6);
    let first = judge::told(story, "restartable_listener([::1]:0)", first, a_socket)?;
    let asked_for =
        |first: &Socket| local_address(first).is_ok_and(|own| own.ip() == LOOPBACK_V6.ip() && own.port() != 0);
    let first = match first {
        Ok(first) if asked_for(&first) => first,
        Err(error) if judge::of_another_family(&error) => {
            return Err(story.mistake(
                "The address is of IPv6, and the socket is not: Domain::for_address gives the family that fits.",
            ));
        }
        Ok(_) => return Err(story.mistake("The socket is not at the address that was asked for.")),
        Err(_) => return Err(story.mistake("A listener can be had there, and your function returned an error.")),
    };
    small_print.holds(story, [&first])?;
    as_plain(story, YOURS, &first, &partner::listen_at(LOOPBACK_V6, 5)?.0, &FREE)?;
    let server = local_address(&first)?;
    story.name(server, "server");

    let small_print = SmallPrint::before();
    let (first, second) = while_it_lives(first, || restartable_listener(server))?;
    let told = second.as_ref().map_or_else(Outcome::from, |second| Outcome::from(local_address(second)));
    story.you("restartable_listener(server)", told);
    let Some(first) = first.filter(|first| stolen_or_hidden(Some(first), &second, server).is_none()) else {
        return Err(story.mistake(
            "A live listener has this address. Your function has to say so at once, by bind's own error, over IPv6 as well.",
        ));
    };
    small_print.holds(story, [])?;

    let (client, own) = partner::connect(server)?;
    let _ = partner::next_client(&first)?;
    // The server has closed first, and then the client, so that TIME_WAIT is on the server's side.
    let _ = partner::until_the_end(&client);
    drop(client);
    let _ = connection(server, own, State::TimeWait).find();
    drop(first);
    story.server("accept(), close(), close() of the listener", "ok");
    let small_print = SmallPrint::before();
    let second = story.yours("restartable_listener(server)", restartable_listener(server), a_socket)?;
    small_print.holds(story, [&second])?;
    story.check(
        partner::connect(server).is_ok(),
        "The socket's family follows the address, and all the rest is the same.",
        "The server's clients do not reach it: the second life has to listen at the same address as the first.",
    )
}

/// bind can fail in other ways as well.
fn nowhere(story: &mut Story, restartable_listener: RestartableListener) -> io::Result<()> {
    story.step("Your function is asked for an address that no interface has.");
    let small_print = SmallPrint::before();
    let failed = restartable_listener(NOWHERE);
    let right = judge::failed_with(&failed, ErrorKind::AddrNotAvailable);
    let told = failed.as_ref().map_or_else(Outcome::from, |opened| Outcome::from(local_address(opened)));
    story.you("restartable_listener(192.0.2.1:0)", told);
    story.check(
        right,
        "No listener, and the caller learns why.",
        "bind says AddrNotAvailable here, and the caller should get that error: hand bind's own on.",
    )?;
    small_print.holds(story, [])?;
    ELSEWHERE.into_iter().try_for_each(|address| elsewhere(story, restartable_listener, address))?;
    judge::without_room(story, || restartable_listener(LOOPBACK))
}

/// More addresses: another one on loopback, an IPv6 address that has an IPv4 address inside, and one of IPv6 that no
/// interface has (RFC 3849).
const ELSEWHERE: [SocketAddr; 3] = [
    SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 3)), 0),
    SocketAddr::new(IpAddr::V6(Ipv4Addr::LOCALHOST.to_ipv6_mapped()), 0),
    SocketAddr::new(IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)), 0),
];

/// What a plain listener gets there, the function has to get as well. Told only where it does not.
fn elsewhere(story: &mut Story, restartable_listener: RestartableListener, address: SocketAddr) -> io::Result<()> {
    let plain = partner::listen_at(address, 5);
    let small_print = SmallPrint::before();
    let yours = restartable_listener(address);
    small_print.holds(story, &yours)?;
    let at = |opened: io::Result<SocketAddr>| match opened {
        Ok(at) => format!("a socket at {}", at.ip()),
        Err(error) => format!("{:?}", error.kind()),
    };
    let got = at(yours.as_ref().map_err(|error| error.kind().into()).and_then(local_address));
    let expected = at(plain.as_ref().map(|(_, at)| *at).map_err(|error| error.kind().into()));
    if got != expected {
        return Err(story.mistake(&format!(
            "At {} bind and listen give {expected}, and your function gave {got}: it is at this address and no other, or \
             says why not.",
            address.ip()
        )));
    }
    match (&yours, &plain) {
        (Ok(yours), Ok((plain, _))) => as_plain(story, YOURS, yours, plain, &FREE),
        _ => Ok(()),
    }
}

fn a_socket(_: &Socket) -> String {
    "a socket".to_owned()
}

/// An address that a socket should not have gets a name, too.
fn name_if_other(story: &mut Story, opened: &io::Result<Socket>, expected: SocketAddr) {
    let address = opened.as_ref().ok().and_then(|opened| local_address(opened).ok());
    if let Some(address) = address.filter(|address| *address != expected) {
        story.name(address, "another address");
    }
}

/// Whether SO_REUSEPORT is on, where there is such an option.
fn shares_port(socket: &Socket) -> bool {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    return socket.reuse_port().unwrap_or(false);
    #[cfg(not(any(target_os = "linux", target_os = "macos")))]
    {
        let _ = socket;
        false
    }
}
