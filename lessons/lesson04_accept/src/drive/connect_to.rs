//! Drives `connect_to`.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr};

use narrator::descriptors::socket_fails;
use narrator::partner;
use narrator::small_print::SmallPrint;
use narrator::wire::handshake;
use narrator::{Outcome, Story, judge, kernel, local_address, peer_address};
use socket2::{Domain, Socket, Type};

use super::{UNASKED, as_untouched};
use crate::ConnectTo;

/// A server that is there, twice; one that is not; the same with IPv6; and one that no connection can reach.
pub(crate) fn connect_to(story: &mut Story, connect_to: ConnectTo) -> io::Result<()> {
    story.step("A server listens. Your function connects to it.");
    let (listening, server) = partner::listen(5)?;
    story.name(server, "server");
    let first = connected(story, connect_to, &listening, server, "client1")?;
    story.meaning("Both sides agree on the pair of addresses. The kernel chose the client's.");

    story.step("The client stays, and your function connects once more.");
    let second = connected(story, connect_to, &listening, server, "client2")?;
    story.meaning("Two connections to one server, told apart by the clients' ports.");

    said_nothing(story, [first, second])?;

    story.step("The server is gone. Your function tries all the same.");
    drop(listening);
    refused(story, connect_to, server)?;

    ipv6(story, connect_to)?;
    out_of_reach(story, connect_to)?;
    ipv4_inside_ipv6(story, connect_to)?;
    without_room(story, connect_to)
}

/// An IPv6 address that has an IPv4 address inside is one of IPv6. What went well is not told.
fn ipv4_inside_ipv6(story: &mut Story, connect_to: ConnectTo) -> io::Result<()> {
    let (_listening, server) = partner::listen(5)?;
    let server = SocketAddr::new(Ipv4Addr::LOCALHOST.to_ipv6_mapped().into(), server.port());
    let plain = Socket::new(Domain::IPV6, Type::STREAM, None);
    let Ok(plain) = plain.and_then(|socket| socket.connect(&server.into()).map(|()| socket)) else { return Ok(()) };
    let result = connect_to(server);
    if !result.as_ref().is_ok_and(|client| peer_address(client).is_ok_and(|peer| peer == server)) {
        story.step("A server listens at an IPv4 address, and your function is given it inside an IPv6 one.");
        story.you(format!("connect_to({server})"), result.map(|_| "a socket of another family".to_owned()));
        return Err(story.mistake(
            "An IPv6 socket can connect to that address: let the address decide about the family, with Domain::for_address.",
        ));
    }
    as_untouched(story, "The socket that you return", &result?, &plain)
}

/// socket fails where the program may open nothing more. What went well is not told.
fn without_room(story: &mut Story, connect_to: ConnectTo) -> io::Result<()> {
    let Ok((address, Some(mistake))) = socket_fails(7000, connect_to) else { return Ok(()) };
    story.step("The program has opened as many files and sockets as it may.");
    story.you(format!("connect_to({address})"), "something else");
    Err(story.mistake(&mistake))
}

/// Connects to a server that is there, looks at the connection from both sides, and gives both sides back.
fn connected(
    story: &mut Story,
    connect_to: ConnectTo,
    listening: &Socket,
    server: SocketAddr,
    role: &str,
) -> io::Result<(Socket, Socket)> {
    let small_print = SmallPrint::before();
    let connected = connect_to(server);
    not_by_bind(story, server, &connected)?;
    if let Err(error) = &connected
        && judge::of_another_family(error)
    {
        story.you(format!("connect_to({server})"), error);
        return Err(story.mistake(
            "The address is of one family, and the socket of the other: Domain::for_address gives the family that fits.",
        ));
    }
    let client = story.yours(&format!("connect_to({server})"), connected, |_| "a socket".to_owned())?;
    let own = local_address(&client)?;
    // Port 0 is no name: this socket was never connected.
    if own.port() != 0 {
        story.name(own, role);
    }
    story.you("getsockname()", own.to_string());
    story.you("getpeername()", peer_address(&client));
    story.wire(handshake(own, server));
    small_print.holds(story, [&client])?;
    let (mut met, mut came) = (None, 0);
    while let Some((stream, peer)) = partner::next_client(listening)? {
        story.server("accept()", format!("a stream to {peer}"));
        came += 1;
        if peer == own {
            met = Some(stream);
        }
    }
    let Some(stream) = met else {
        return Err(story.mistake(match kernel::is_listener(&client) {
            Ok(true) => {
                "The socket that you return listens: it waits for clients and is none. Call connect on it, and not listen."
            }
            _ => "The server has not met this socket: call connect on the very one that you return.",
        }));
    };
    if came > 1 {
        return Err(story.mistake("More than one connection came: connect once, with the socket that you return."));
    }
    let (_stream, plain) = partner::plain_pair_at(SocketAddr::new(server.ip(), 0))?;
    as_untouched(story, "The socket that you return", &client, &plain)?;
    Ok((client, stream))
}

/// The clients close; until their end the server has heard nothing from them.
fn said_nothing<const COUNT: usize>(story: &mut Story, pairs: [(Socket, Socket); COUNT]) -> io::Result<()> {
    for (client, stream) in pairs {
        drop(client);
        let heard = partner::until_the_end(&stream).unwrap_or_default();
        if !heard.is_empty() {
            story.server("recv() until the end", partner::shown(&heard));
            return Err(story.mistake(UNASKED));
        }
    }
    Ok(())
}

/// Nobody listens at this address.
fn refused(story: &mut Story, connect_to: ConnectTo, server: SocketAddr) -> io::Result<()> {
    let small_print = SmallPrint::before();
    let refused = connect_to(server);
    not_by_bind(story, server, &refused)?;
    let right = judge::failed_with(&refused, ErrorKind::ConnectionRefused);
    story.you(format!("connect_to({server})"), refused.map(|_| "a socket".to_owned()));
    story.check(
        right,
        "The caller learns why, by the error's kind.",
        "Nobody listens there, and the caller should learn it: hand connect's own error on, with `?`.",
    )?;
    small_print.holds(story, [])
}

/// An address that is in use is no error of connect: a client that gets it has called bind.
fn not_by_bind(story: &mut Story, server: SocketAddr, connected: &io::Result<Socket>) -> io::Result<()> {
    match connected {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            story.you(format!("connect_to({server})"), error);
            Err(story.mistake("AddrInUse is an error of bind. A client needs no bind: connect chooses its address."))
        }
        _ => Ok(()),
    }
}

/// The family follows the address. Not every machine has IPv6.
fn ipv6(story: &mut Story, connect_to: ConnectTo) -> io::Result<()> {
    const GONE: &str = "The IPv6 server is gone, too.";
    story.step("A server listens at an IPv6 address, on loopback.");
    let Some((listening, server)) = partner::listen_v6(story, 5)? else {
        story.step(GONE);
        partner::has_v6(story);
        return Ok(());
    };
    story.name(server, "[::1]:PORT");
    let pair = connected(story, connect_to, &listening, server, "[::1]:OWN")?;
    story.meaning("The socket's family follows the server's address.");

    said_nothing(story, [pair])?;

    story.step(GONE);
    drop(listening);
    refused(story, connect_to, server)
}

/// An error of another kind: no connection can be made to a broadcast address.
fn out_of_reach(story: &mut Story, connect_to: ConnectTo) -> io::Result<()> {
    story.step("127.255.255.255 is loopback's broadcast address, and TCP has no broadcast.");
    let Some((broadcast, kind)) = partner::out_of_reach() else {
        story.skip("this system gives no error for it at once.");
        return Ok(());
    };
    let small_print = SmallPrint::before();
    let failed = connect_to(broadcast);
    let right = judge::failed_with(&failed, kind);
    let mistake = match &failed {
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
    // Which error it is differs from system to system.
    let told = failed.as_ref().map_or_else(Outcome::from, |_| Outcome::from("a socket"));
    story.you(format!("connect_to({broadcast})"), if right { Outcome::from("connect's own error") } else { told });
    story.check(right, "Whatever connect says is for the caller.", &mistake)?;
    small_print.holds(story, [])
}
