//! Drives the learner's functions of lesson 4, and judges what they did.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use narrator::{LOOPBACK, Story, judge, kernel, local_address, partner, peer_address};
use socket2::{Domain, Socket, Type};

use crate::{AcceptClients, ConnectTo, WINE_WAITS};

/// Two clients of three, then none; the third must still be there. Last, a socket that does not listen.
pub(crate) fn accept_clients(story: &mut Story, accept_clients: AcceptClients) -> io::Result<()> {
    story.step("Three clients are connected and wait. Your function is asked for two.");
    let (listening, server) = partner::listen(5)?;
    let (client1, first) = partner::connect(server)?;
    let (client2, second) = partner::connect(server)?;
    let (_client3, third) = partner::connect(server)?;
    story.name(server, "server");
    story.name(first, "client1");
    story.name(second, "client2");
    story.name(third, "client3");
    let accepted = accept_clients(&listening, 2);
    let accepted = story.yours("accept_clients(&listener, 2)", accepted, addresses)?;
    let peers: Vec<_> = accepted.iter().map(|(_, peer)| *peer).collect();
    let mistake = match peers.as_slice() {
        [] | [_] => "That is too few: one accept takes one client off the queue, so two clients need two.",
        [_, _] if peers.contains(&server) => {
            "That is the server's own address, this side's. accept returns the peer's beside the new socket."
        }
        [newer, older] if (*older, *newer) == (first, second) => {
            "These are the right clients in the wrong order: the one that waited longest comes first."
        }
        [_, _] => "These are not the two clients that waited longest.",
        _ => "That is too many: take as many clients as `count` says, and leave the others in the queue.",
    };
    story.check(peers == [first, second], "The two that waited longest, each with its own address.", mistake)?;

    story.step("Each client sends its name; we listen at the socket that you returned for it.");
    client1.send(b"I am client1")?;
    client2.send(b"I am client2")?;
    let mut heard = Vec::new();
    for (stream, peer) in &accepted {
        let words = partner::hear(stream);
        heard.push(words.as_ref().map_or(String::new(), String::clone));
        story.server(format!("recv() from {peer}"), words);
    }
    let a_listener = accepted.iter().any(|(stream, _)| kernel::is_listener(stream).unwrap_or(false));
    let mistake = match heard.iter().all(|words| words.contains("client")) {
        true => "Each address stands beside the other client's socket: keep together what one accept returns.",
        false if a_listener => "That is the listener, and it has no peer: put accept's new socket into the list.",
        false => "A socket came back closed: whoever is in the list must still be connected, both ways.",
    };
    let right = heard == ["\"I am client1\"", "\"I am client2\""];
    story.check(right, "Each socket is still connected, and belongs to the address beside it.", mistake)?;

    story.step("Your function is asked for no client, while the third still waits.");
    let none = accept_clients(&listening, 0);
    let none = story.yours("accept_clients(&listener, 0)", none, addresses)?;
    story.check(
        none.is_empty(),
        "Nobody, and without waiting.",
        "Asked for none, it took a client all the same: look at `count` before the first accept.",
    )?;

    story.step("We go on with the listener, where you left it.");
    let next = partner::next_client(&listening)?.map(|(_, peer)| peer);
    story.server("accept()", next.map_or("nobody waits".to_owned(), |peer| format!("a stream to {peer}")));
    story.check(
        next == Some(third),
        "The third client was left in the queue, for whoever calls accept next.",
        "The third client is not in the queue any more: it was accepted, although nobody asked for it.",
    )?;

    accept_error(story, accept_clients)
}

/// accept can fail, and the caller has to learn it.
fn accept_error(story: &mut Story, accept_clients: AcceptClients) -> io::Result<()> {
    story.step("Your function is given a socket that is bound, and does not listen.");
    if cfg!(windows) {
        story.skip(WINE_WAITS);
        return Ok(());
    }
    story.if_it_hangs("On a socket that does not listen accept fails each time: do not try again, hand its error on.");
    let bound = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    bound.bind(&LOOPBACK.into())?;
    let failed = accept_clients(&bound, 1).map(|accepted| addresses(&accepted));
    let right = judge::failed_with(&failed, ErrorKind::InvalidInput);
    let mistake = match failed {
        Ok(_) => "accept failed, and the caller is told that all is well: hand accept's own error on, with `?`.",
        Err(_) => "accept's own error here is InvalidInput, and the caller gets another: hand it on, with `?`.",
    };
    story.you("accept_clients(&bound, 1)", failed);
    story.check(right, "The caller learns why nobody came, by the error's kind.", mistake)
}

/// A server that is there, one that is not, and one with an IPv6 address.
pub(crate) fn connect_to(story: &mut Story, connect_to: ConnectTo) -> io::Result<()> {
    story.step("A server listens. Your function connects to it.");
    let (listening, server) = partner::listen(5)?;
    story.name(server, "server");
    let connected = connect_to(server);
    not_by_bind(story, server, &connected)?;
    let client = story.yours(&format!("connect_to({server})"), connected, |_| "a socket".to_owned())?;
    let own = local_address(&client)?;
    // Port 0 is no name: this socket was never connected.
    if own.port() != 0 {
        story.name(own, "client");
    }
    story.you("getsockname()", own.to_string());
    story.you("getpeername()", peer_address(&client));
    let mut queue = Vec::new();
    while let Some((_, peer)) = partner::next_client(&listening)? {
        story.server("accept()", format!("a stream to {peer}"));
        queue.push(peer);
    }
    let mistake = match queue.contains(&own) {
        true => "More than one connection came: connect once, with the socket that you return.",
        false => "The server has not met this socket: call connect on the very one that you return.",
    };
    story.check(
        queue == [own],
        "Both sides agree on the pair of addresses. The kernel chose the client's.",
        mistake,
    )?;

    story.step("The server is gone. Your function tries all the same.");
    drop(listening);
    let refused = connect_to(server);
    not_by_bind(story, server, &refused)?;
    let right = judge::failed_with(&refused, ErrorKind::ConnectionRefused);
    story.you(format!("connect_to({server})"), refused.map(|_| "a socket".to_owned()));
    story.check(
        right,
        "The caller learns why, by the error's kind.",
        "Nobody listens there, and the caller should learn it: hand connect's own error on, with `?`.",
    )?;

    ipv6(story, connect_to)
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
    story.step("A server listens at an IPv6 address, on loopback.");
    let Some((listening, server)) = partner::listen_v6(story, 5)? else { return Ok(()) };
    // Only the port differs from run to run; the rest shows which family it is.
    story.name(server, "[::1]:PORT");
    let client = connect_to(server);
    let own = client.as_ref().ok().and_then(|client| local_address(client).ok());
    let peer = partner::next_client(&listening)?.map(|(_, peer)| peer);
    let right = own.is_some() && own == peer;
    let mistake = match client {
        Ok(_) => "The server has not met this socket: call connect on the very one that you return.",
        Err(_) => "This address is of IPv6, and so must the socket be: Domain::for_address gives the family that fits.",
    };
    story.you(format!("connect_to({server})"), client.map(|_| "a socket".to_owned()));
    story.check(right, "The socket's family follows the server's address.", mistake)
}

/// The addresses of the accepted clients, in their order.
fn addresses(accepted: &Vec<(Socket, SocketAddr)>) -> String {
    match accepted.as_slice() {
        [] => "no clients".to_owned(),
        clients => clients.iter().map(|(_, peer)| peer.to_string()).collect::<Vec<_>>().join("\n"),
    }
}
