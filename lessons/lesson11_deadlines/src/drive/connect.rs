//! Drives `connect_within`.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;

use narrator::descriptors::NoneLeft;
use narrator::partner::{self, plain_pair_at, shown};
use narrator::small_print::{SmallPrint, as_plain};
use narrator::wire::handshake;
use narrator::{LOOPBACK, Outcome, Story, errors, judge, kernel, local_address, peer_address};
use socket2::{Domain, Socket, Type};

use super::{AMPLE, Returned, beside};
use crate::{ConnectWithin, QUEUES_DIFFER, is_nonblocking};

/// The limit where it has to run out.
const LIMIT: Duration = Duration::from_millis(100);

/// How long a server whose queue is full waits for the function.
const TOO_LONG: Duration = Duration::from_millis(500);

/// A server that is there; one whose queue is full; one that is not there; one out of reach; one of IPv6; and no room for a
/// socket.
pub(crate) fn connect_within(story: &mut Story, connect: ConnectWithin) -> io::Result<()> {
    story.step("A server listens, and does not call accept. Your function has 4 s.");
    let (listening, server) = partner::listen(5)?;
    story.name(server, "server");
    connected(story, connect, &listening, server, "client")?;
    the_queue_is_full(story, connect)?;

    story.step("The first server is gone. Your function has 300 ms.");
    drop(listening);
    refused(story, connect, server)?;

    ipv6(story, connect)?;
    out_of_reach(story, connect)?;
    without_room(story, connect)
}

/// The call as it is told, without the limit, so that it stands on one line with any address.
fn call(server: SocketAddr) -> String {
    format!("connect_within({server}, …)")
}

/// A server that is there: the connection from both sides, and the socket as it should be.
fn connected(
    story: &mut Story,
    connect: ConnectWithin,
    listening: &Socket,
    server: SocketAddr,
    role: &str,
) -> io::Result<()> {
    let small_print = SmallPrint::before();
    let given = connect(server, AMPLE);
    if let Err(error) = &given {
        judge::started(&given)?;
        story.you(call(server), error);
        return Err(story.mistake(match error.kind() {
            _ if judge::of_another_family(error) => {
                "The address is of one family, and the socket of the other: Domain::for_address gives the family that fits."
            }
            ErrorKind::TimedOut => "The server was there, and the kernel connects at once: 4 s were not over.",
            _ if in_progress(error) => {
                "That is how a nonblocking connect begins: the handshake goes on without you. Wait until it is done."
            }
            _ => "The server was there, and had room: nothing should fail.",
        }));
    }
    let client = story.yours(&call(server), given, |_| "a socket".to_owned())?;
    let own = local_address(&client)?;
    if own.port() != 0 {
        story.name(own, role);
    }
    story.you("getpeername()", peer_address(&client));
    if is_nonblocking(&client)? {
        return Err(story.mistake(
            "The socket that you return is nonblocking: the caller's recv and send would not wait. It is blocking when it is \
             made, and has to be blocking when you return it.",
        ));
    }
    small_print.holds(story, [&client])?;
    story.wire(handshake(own, server));
    let (mut met, mut came) = (None, 0);
    while let Some((stream, peer)) = partner::next_client(listening)? {
        story.server("accept()", format!("a stream to {peer}"));
        came += 1;
        if peer == own {
            met = Some(stream);
        }
    }
    let Some(stream) = met else {
        return Err(story.mistake("The server has not met this socket: return the very one that you connected."));
    };
    if came > 1 {
        return Err(story.mistake("More than one connection came: connect once, with the socket that you return."));
    }
    let (_stream, plain) = plain_pair_at(SocketAddr::new(server.ip(), 0))?;
    as_plain(story, "The socket that you return", &client, &plain, &[])?;
    drop(client);
    let heard = partner::until_the_end(&stream).unwrap_or_default();
    story.check(
        heard.is_empty(),
        "Connected, blocking, and with every setting as the system makes it.",
        &format!("The server heard {} from your function: nobody asked for that.", shown(&heard)),
    )
}

/// Nothing answers the client's SYN, so only the limit ends it. A connect without one is ended when the server closes.
fn the_queue_is_full(story: &mut Story, connect: ConnectWithin) -> io::Result<()> {
    story.step("Another server's queue is full. Your function has 100 ms.");
    if !cfg!(target_os = "linux") {
        story.skip(QUEUES_DIFFER);
        return Ok(());
    }
    let (listening, server) = partner::listen(0)?;
    story.name(server, "full");
    // Where not even the first gets in, the queue is as full.
    let first = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let _ = first.connect_timeout(&server.into(), LIMIT);
    let _ = kernel::listener(server, 1).find();
    let small_print = SmallPrint::before();
    let waits = move |returned: &Returned| {
        returned.within(TOO_LONG);
        drop(listening);
    };
    let called = beside(&small_print, waits, || connect(server, LIMIT), |socket| vec![socket])?;
    let given = judge::told(story, &call(server), called.result, |_| "a socket".to_owned())?;
    if let Some(mistake) = called.held {
        return Err(story.mistake(&mistake));
    }
    let mistake = match &given {
        Ok(_) => {
            "The queue is full, so this socket cannot be connected: its handshake has only begun. (A nonblocking connect \
             comes back at once. Wait until it is done, or until the limit is over.)"
        }
        Err(error) if in_progress(error) => {
            "That is connect's own word for \"not yet\". The limit is over, and the caller hears it in one word for all: \
             TimedOut."
        }
        Err(error) if matches!(error.kind(), ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset) => {
            "The limit was 100 ms, and your function still waited when the server gave up, after 500 ms."
        }
        Err(_) => "This error does not say what happened. When the limit is over it is TimedOut.",
    };
    story.check(
        judge::failed_with(&given, ErrorKind::TimedOut),
        "The limit ended it, and no socket is left that would go on trying.",
        mistake,
    )
}

/// A connect that has begun and is not done: EINPROGRESS, on Windows WSAEWOULDBLOCK. EALREADY says it the second time.
fn in_progress(error: &io::Error) -> bool {
    error.kind() == ErrorKind::WouldBlock
        || matches!(errors::name(error), Some("EINPROGRESS" | "EALREADY" | "WSAEALREADY"))
}

/// Nobody listens at this address.
fn refused(story: &mut Story, connect: ConnectWithin, server: SocketAddr) -> io::Result<()> {
    let limit = 3 * LIMIT;
    let small_print = SmallPrint::before();
    let given = judge::told(story, &call(server), connect(server, limit), |_| "a socket".to_owned())?;
    small_print.holds(story, given.as_ref().ok())?;
    let mistake = match &given {
        Ok(_) => "Nobody listens there, so this socket cannot be connected: hand connect's own error on.",
        Err(error) if error.kind() == ErrorKind::TimedOut => {
            "The server's machine answered, at once: connect said ConnectionRefused. TimedOut is for a limit that is over; hand \
             connect's own error on."
        }
        Err(_) => "Nobody listens there, and connect said ConnectionRefused: hand that error on as it is.",
    };
    story.check(
        judge::failed_with(&given, ErrorKind::ConnectionRefused),
        "A refusal is an answer: no time ran out.",
        mistake,
    )
}

/// The family follows the address. Not every machine has IPv6.
fn ipv6(story: &mut Story, connect: ConnectWithin) -> io::Result<()> {
    story.step("A server listens at an IPv6 address, on loopback.");
    let Some((listening, server)) = partner::listen_v6(story, 5)? else { return Ok(()) };
    story.name(server, "[::1]:PORT");
    connected(story, connect, &listening, server, "[::1]:OWN")
}

/// An error of another kind: no connection can be made to a broadcast address.
fn out_of_reach(story: &mut Story, connect: ConnectWithin) -> io::Result<()> {
    story.step("127.255.255.255 is loopback's broadcast address, and TCP has no broadcast.");
    let Some((broadcast, kind)) = partner::out_of_reach() else {
        story.skip("this system gives no error for it at once.");
        return Ok(());
    };
    let small_print = SmallPrint::before();
    let given = connect(broadcast, LIMIT);
    judge::started(&given)?;
    let right = judge::failed_with(&given, kind);
    let mistake = match &given {
        Ok(_) => {
            format!("connect says {kind:?} here, and your function returns a socket: hand connect's own error on.")
        }
        Err(error) => {
            format!(
                "connect says {kind:?} here, and your function says {:?}: hand connect's own error on.",
                error.kind()
            )
        }
    };
    let told = given.as_ref().map_or_else(Outcome::from, |_| Outcome::from("a socket"));
    story.you(call(broadcast), if right { Outcome::from("connect's own error") } else { told });
    small_print.holds(story, given.as_ref().ok())?;
    story.check(right, "Whichever error it is, the caller gets connect's own.", &mistake)
}

/// socket fails where the program may open nothing more.
fn without_room(story: &mut Story, connect: ConnectWithin) -> io::Result<()> {
    story.step("The program has opened as many files and sockets as it may.");
    let Ok(none_left) = NoneLeft::take() else {
        story.skip("this system does not let us try that.");
        return Ok(());
    };
    let given = connect(LOOPBACK, LIMIT);
    drop(none_left);
    judge::started(&given)?;
    let right = given.as_ref().is_err_and(|error| errors::name(error) == Some("EMFILE"));
    let told = given.as_ref().map_or_else(Outcome::from, |_| Outcome::from("a socket"));
    story.you(call(LOOPBACK), if right { Outcome::from("socket's own error") } else { told });
    story.check(
        right,
        "Whichever call fails, the caller gets that call's error.",
        "socket failed here, with \"too many open files\", and the caller should get that error: hand socket's own on.",
    )
}
