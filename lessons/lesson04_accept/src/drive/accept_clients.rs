//! Drives `accept_clients`.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;

use narrator::descriptors::{calls_fail, not_handed_on};
use narrator::partner::{self, LOOPBACK_V6};
use narrator::small_print::{SmallPrint, as_plain};
use narrator::watchdog::Watched;
use narrator::wire::handshake;
use narrator::{LOOPBACK, Story, errors, judge, kernel, local_address};
use socket2::{Domain, Socket, Type};

use super::{UNASKED, as_untouched};
use crate::{AcceptClients, WINE_WAITS};

/// What begins a sentence about the socket that `accept_clients` borrows.
const LISTENER: &str = "The listener";

/// What begins a sentence about those that it returns.
const STREAM: &str = "A stream that you return";

/// More than anybody would take for all. (A table of more than 128 descriptors makes the kernel take its time.)
const CROWD: usize = 110;

/// Two clients of three, then none; the third must still be there. Then a socket that does not listen, many clients, an
/// error in the middle, and the other family.
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
    for client in [first, second, third] {
        story.wire(handshake(client, server));
    }
    let small_print = SmallPrint::before().lent(LISTENER, &listening);
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
    small_print.holds(story, accepted.iter().map(|(stream, _)| stream))?;

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
    as_accepted(story, &accepted)?;

    story.step("Your function is asked for no client, while the third still waits.");
    let small_print = SmallPrint::before().lent(LISTENER, &listening);
    let none = accept_clients(&listening, 0);
    let none = story.yours("accept_clients(&listener, 0)", none, addresses)?;
    story.check(
        none.is_empty(),
        "Nobody, and without waiting.",
        "Asked for none, it took a client all the same: look at `count` before the first accept.",
    )?;
    small_print.holds(story, [])?;

    story.step("We go on with the listener, where you left it.");
    let next = partner::next_client(&listening)?.map(|(_, peer)| peer);
    story.server("accept()", next.map_or("nobody waits".to_owned(), |peer| format!("a stream to {peer}")));
    story.check(
        next == Some(third),
        "The third client was left in the queue, for whoever calls accept next.",
        "The third client is not in the queue any more: it was accepted, although nobody asked for it.",
    )?;
    drop(accepted);
    for (name, client) in [("client1", &client1), ("client2", &client2)] {
        says_nothing(story, name, client)?;
    }

    accept_error(story, accept_clients)?;
    a_crowd(story, accept_clients)?;
    an_error_in_the_middle(story, accept_clients)?;
    clients_of_ipv6(story, accept_clients)?;
    one_comes_late(story, accept_clients)?;
    without_room(story, accept_clients)
}

/// The function waits for the second client, and what the first has said stays unread. What went well is not told.
fn one_comes_late(story: &mut Story, accept_clients: AcceptClients) -> io::Result<()> {
    let (listening, server) = partner::listen(5)?;
    let (first, _) = partner::connect(server)?;
    first.send(b"early")?;
    let (second, learner) = (Socket::new(Domain::IPV4, Type::STREAM, None)?, Watched::this_thread());
    let small_print = SmallPrint::before().lent(LISTENER, &listening);
    let partner = partner::at_work(move || {
        // Where it waits in a way of its own, 2 s are enough.
        let _ = learner.waits_to_accept();
        second.connect(&server.into()).map(|()| second)
    })?;
    let result = accept_clients(&listening, 2);
    let _second = partner::finished(partner)??;
    let mistake = match result.as_ref().map(Vec::len) {
        Ok(2) if result.as_ref().is_ok_and(|accepted| partner::peek(&accepted[0].0).is_ok_and(|unread| unread == 5)) => None,
        Ok(2) => Some(
            "The first client had sent 5 bytes before it was accepted, and they cannot be read from its stream any more. \
             What clients say is for the caller."
                .to_owned(),
        ),
        Ok(count) => Some(format!(
            "`count` says 2, and your function returned {count}: wait for those who have not come yet, as accept does."
        )),
        Err(error) => Some(format!("A second client came, and your function returned this error: {error}.")),
    };
    let Some(mistake) = mistake else { return small_print.holds(story, result?.iter().map(|(stream, _)| stream)) };
    story.step("One client waits, and your function is asked for two. The second comes later.");
    story.you("accept_clients(&listener, 2)", result.map(|accepted| format!("{} clients", accepted.len())));
    Err(story.mistake(&mistake))
}

/// accept fails where the program may open nothing more. What went well is not told.
fn without_room(story: &mut Story, accept_clients: AcceptClients) -> io::Result<()> {
    let (listening, server) = partner::listen(5)?;
    let _client = partner::connect(server)?;
    let small_print = SmallPrint::before().lent(LISTENER, &listening);
    story.if_it_hangs("accept fails each time, for the program may open nothing more: hand its error on.");
    let Ok(result) = calls_fail(|| accept_clients(&listening, 1)) else { return Ok(()) };
    let Some(mistake) = not_handed_on("accept", &result) else { return small_print.holds(story, []) };
    story.step("The program has opened as many files and sockets as it may, and a client waits.");
    story.you("accept_clients(&listener, 1)", result.map(|accepted| format!("{} clients", accepted.len())));
    Err(story.mistake(&mistake))
}

/// Everything was closed; the other side may have heard its end, and nothing before it.
fn says_nothing(story: &mut Story, name: &str, other: &Socket) -> io::Result<()> {
    let heard = partner::until_the_end(other).unwrap_or_default();
    if heard.is_empty() {
        return Ok(());
    }
    story.client(format!("{name}: recv() until the end"), partner::shown(&heard));
    Err(story.mistake(UNASKED))
}

fn a_crowd(story: &mut Story, accept_clients: AcceptClients) -> io::Result<()> {
    story.step("110 clients wait. Your function is asked for all of them.");
    let (listening, server) = partner::listen(CROWD as i32)?;
    let Ok(clients) = crowd(server) else {
        story.skip("this system lets fewer clients wait, or lets a program open fewer files (ulimit -n).");
        return Ok(());
    };
    let small_print = SmallPrint::before().lent(LISTENER, &listening);
    let accepted = accept_clients(&listening, CROWD);
    if accepted.as_ref().is_err_and(|error| errors::name(error) == Some("EMFILE")) {
        story.skip("this system lets a program open fewer files (ulimit -n).");
        return Ok(());
    }
    let accepted =
        story.yours("accept_clients(&listener, 110)", accepted, |accepted| format!("{} clients", accepted.len()))?;
    if accepted.len() != CROWD {
        let count = accepted.len();
        return Err(story.mistake(&format!(
            "`count` says 110, and your function returned {count}: take as many clients as it says, however many."
        )));
    }
    story.check(
        accepted.iter().map(|(_, peer)| *peer).eq(clients),
        "Every one of them, in the order in which they came.",
        "These are not all of them, in the order in which they came.",
    )?;
    small_print.holds(story, accepted.iter().map(|(stream, _)| stream))?;
    as_accepted(story, &accepted)
}

/// Clients that close at once; their connections wait in the queue all the same. Those with higher ports come first, so that
/// the order of their addresses is not the order in which they came.
fn crowd(server: SocketAddr) -> io::Result<Vec<SocketAddr>> {
    let client = |_| {
        let client = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        client.bind(&LOOPBACK.into())?;
        Ok((local_address(&client)?, client))
    };
    let mut clients = (0..CROWD).map(client).collect::<io::Result<Vec<_>>>()?;
    clients.sort_by_key(|(address, _)| address.port());
    clients.rotate_left(CROWD / 2);
    let connect = |(address, client): (SocketAddr, Socket)| {
        client.connect_timeout(&server.into(), partner::PATIENCE).map(|()| address)
    };
    clients.into_iter().map(connect).collect()
}

/// A nonblocking listener, with settings of its own, and a client too few.
fn an_error_in_the_middle(story: &mut Story, accept_clients: AcceptClients) -> io::Result<()> {
    story.step("The listener is nonblocking. Five clients wait, and your function is asked for 259.");
    story.if_it_hangs("accept says WouldBlock each time: hand its error on.");
    let (listening, server) = partner::listen(5)?;
    listening.set_read_timeout(Some(Duration::from_secs(3)))?;
    listening.set_keepalive(true)?;
    listening.set_nonblocking(true)?;
    let clients: io::Result<Vec<_>> = (0..5).map(|_| partner::connect(server)).collect();
    let clients = clients?;
    let small_print = SmallPrint::before().lent(LISTENER, &listening);
    // 259 is more than a byte can count: cut to one, it is 3.
    let failed = accept_clients(&listening, 259);
    let right = judge::failed_with(&failed, ErrorKind::WouldBlock);
    let mistake = match &failed {
        Ok(accepted) if accepted.len() < clients.len() => format!(
            "`count` says 259, and your function returned {}, although five clients waited: take as many as it says.",
            accepted.len()
        ),
        Ok(accepted) => format!(
            "An accept failed, and the caller got a list of {} and no error. Hand accept's own error on, also when clients \
             have come before it.",
            accepted.len()
        ),
        Err(_) => {
            "accept's own error here is WouldBlock, and the caller gets another: hand it on, with `?`.".to_owned()
        }
    };
    story.you("accept_clients(&listener, 259)", failed.map(|accepted| format!("{} clients", accepted.len())));
    story.check(right, "accept's error came back, although five clients had come.", &mistake)?;
    small_print.holds(story, [])?;
    clients.iter().try_for_each(|(client, _)| says_nothing(story, "client", client))
}

/// Not every machine has IPv6.
fn clients_of_ipv6(story: &mut Story, accept_clients: AcceptClients) -> io::Result<()> {
    story.step("Two clients come over IPv6.");
    let Some((listening, server)) = partner::listen_v6(story, 5)? else { return Ok(()) };
    let (client1, first) = partner::connect(server)?;
    let (client2, second) = partner::connect(server)?;
    story.name(first, "[::1]:PORT1");
    story.name(second, "[::1]:PORT2");
    let small_print = SmallPrint::before().lent(LISTENER, &listening);
    let accepted = story.yours("accept_clients(&listener, 2)", accept_clients(&listening, 2), addresses)?;
    story.check(
        accepted.iter().map(|(_, peer)| *peer).eq([first, second]),
        "Peers of the other family are clients as well.",
        "These are not the two clients that came over IPv6, oldest first.",
    )?;
    small_print.holds(story, accepted.iter().map(|(stream, _)| stream))?;
    let (plain, _client) = partner::plain_pair_at(LOOPBACK_V6)?;
    accepted.iter().try_for_each(|(stream, _)| as_untouched(story, STREAM, stream, &plain))?;
    drop(accepted);
    says_nothing(story, "client1", &client1)?;
    says_nothing(story, "client2", &client2)
}

/// The streams have the settings that accept gives them.
fn as_accepted(story: &mut Story, accepted: &[(Socket, SocketAddr)]) -> io::Result<()> {
    let (plain, _client) = partner::plain_pair()?;
    accepted.iter().try_for_each(|(stream, _)| as_plain(story, STREAM, stream, &plain, &[]))
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
    let small_print = SmallPrint::before().lent("The bound socket", &bound);
    let failed = accept_clients(&bound, 1).map(|accepted| addresses(&accepted));
    let right = judge::failed_with(&failed, ErrorKind::InvalidInput);
    let mistake = match failed {
        Ok(_) if kernel::is_listener(&bound).unwrap_or(false) => {
            "It listens now, so your function called listen. Whether and when a socket listens is for the caller."
        }
        Ok(_) => "accept failed, and the caller is told that all is well: hand accept's own error on, with `?`.",
        Err(_) => "accept's own error here is InvalidInput, and the caller gets another: hand it on, with `?`.",
    };
    story.you("accept_clients(&bound, 1)", failed);
    story.check(right, "The caller learns why nobody came, by the error's kind.", mistake)?;
    small_print.holds(story, [])
}

/// The addresses of the accepted clients, in their order.
fn addresses(accepted: &Vec<(Socket, SocketAddr)>) -> String {
    match accepted.as_slice() {
        [] => "no clients".to_owned(),
        clients => clients.iter().map(|(_, peer)| peer.to_string()).collect::<Vec<_>>().join("\n"),
    }
}
