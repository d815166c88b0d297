//! # Lesson 4: accept
//!
//! The kernel shakes hands with clients on its own and puts each finished connection into the listener's accept queue.
//! `accept(2)` takes the oldest one off that queue and returns a new socket for it. The listener stays what it was.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv6Addr, SocketAddr};
use std::process::ExitCode;

use narrator::kernel::{self, State, connection, listener};
use narrator::{Hint, LOOPBACK, Lesson, Look, Story, local_address, partner, peer_address};
use socket2::{Domain, Socket, Type};

/// What this lesson is called, and what it says besides its story.
pub const LESSON: Lesson = Lesson {
    number: 4,
    package: "lesson04_accept",
    hints: &[
        Hint {
            function: "accept_clients",
            text: "One accept takes one client off the queue, the oldest. How often must you call it for `count` clients?",
        },
        Hint {
            function: "accept_clients",
            text: "accept gives back the new socket and the peer's address as a SockAddr. Its as_socket() is the address \
                   as SocketAddr, in an Option: a SockAddr can be of another family. A socket that goes out of scope is \
                   closed, so put it into the Vec that you return. accept can fail, too: that is the caller's to know.",
        },
        Hint {
            function: "accept_clients",
            text: "let (stream, peer) = listener.accept()?; then let peer = peer.as_socket().ok_or(io::ErrorKind::Unsupported)?; \
                   then clients.push((stream, peer)); all of it inside for _ in 0..count { … }.",
        },
        Hint {
            function: "connect_to",
            text: "A client needs two calls, socket and connect, and no bind: the kernel picks its address. The family \
                   has to be the server's. Whatever connect says is the caller's to know.",
        },
        Hint {
            function: "connect_to",
            text: "let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?; then \
                   client.connect(&server.into())?; then Ok(client).",
        },
    ],
    proved: "accept gives each client, oldest first, a socket of its own, and leaves the listener and the rest of the queue \
             as they were; connect alone makes a client, of either family. Where a call fails, the caller learns why.",
    question: "the server has one port and a hundred clients. How does the kernel know whose bytes are whose?",
    look: Look::Sockets,
};

/// Why a socket that does not fit the call is not shown on Windows.
const WINE_WAITS: &str = "the course was tried for Windows under Wine, and Wine waits here for ever";

/// The learner's [`accept_clients`](run).
pub type AcceptClients = fn(&Socket, usize) -> io::Result<Vec<(Socket, SocketAddr)>>;
/// The learner's [`connect_to`](run).
pub type ConnectTo = fn(SocketAddr) -> io::Result<Socket>;

/// Tells the lesson, then drives the learner's two functions; returns the process's exit code.
pub fn run(accept_clients: AcceptClients, connect_to: ConnectTo) -> ExitCode {
    narrator::tell(&LESSON, walkthrough, |story| {
        story.your_turn("accept_clients", |story| drive_accept_clients(story, accept_clients));
        story.your_turn("connect_to", |story| drive_connect_to(story, connect_to));
    })
}

// ANCHOR: walkthrough
fn walkthrough(story: &mut Story) -> io::Result<()> {
    let (listening, server) = a_server_listens(story)?;
    let client = a_client_connects(story, server)?;
    let _stream = accept_hands_out_a_socket(story, &listening)?;
    a_second_client_comes(story, &listening, local_address(&client)?)?;
    the_listener_is_no_stream(story, &listening)
}

fn a_server_listens(story: &mut Story) -> io::Result<(Socket, SocketAddr)> {
    story.step("A server listens, as lesson 3 left it.");
    let listening = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    listening.bind(&LOOPBACK.into())?;
    listening.listen(5)?;
    let server = local_address(&listening)?;
    story.name(server, "server");
    story.server("socket(), bind(), listen(5)", format!("a listener at {server}"));
    story.kernel(listener(server, 0));
    Ok((listening, server))
}

// ANCHOR: connect
fn a_client_connects(story: &mut Story, server: SocketAddr) -> io::Result<Socket> {
    story.step("A client connects. Nobody has called accept yet.");
    story.ask("Will connect wait until the server calls accept?", &["yes", "no"]);
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    let client_address = local_address(&client)?;
    story.name(client_address, "client1");
    story.client(format!("connect({server})"), format!("ok, I am {client_address}"));
    story.kernel(listener(server, 1));
    story.kernel(connection(client_address, server, State::Established));
    story.meaning("b) no: the handshake is the kernel's work. accept only fetches its result from the accept queue.");

    story.step("The client sends. Still nobody has called accept.");
    story.client("send(\"early\")", client.send(b"early"));
    story.kernel(connection(server, client_address, State::Established).unread(5));
    story.meaning("The server's end of the connection exists already, and keeps the bytes. It has no descriptor yet.");
    Ok(client)
}
// ANCHOR_END: connect

// ANCHOR: accept
fn accept_hands_out_a_socket(story: &mut Story, listening: &Socket) -> io::Result<Socket> {
    story.step("accept() hands the server a new socket.");
    let (mut stream, peer) = listening.accept()?;
    let peer = peer.as_socket().ok_or(io::ErrorKind::Unsupported)?;
    story.server("accept()", format!("a stream to {peer}"));
    story.kernel_shows("SO_ACCEPTCONN of the listener", kernel::is_listener(listening).map(passive));
    story.kernel_shows("SO_ACCEPTCONN of the stream", kernel::is_listener(&stream).map(passive));
    let mut buffer = [0; 64];
    let received = stream.read(&mut buffer)?;
    story.server("recv() on the stream", format!("{:?}", String::from_utf8_lossy(&buffer[..received])));
    story.meaning("Two sockets: the listener is passive and takes connections, the stream carries one client's bytes.");
    Ok(stream)
}
// ANCHOR_END: accept

// ANCHOR: second-client
fn a_second_client_comes(story: &mut Story, listening: &Socket, client1: SocketAddr) -> io::Result<()> {
    story.step("A second client comes.");
    story.ask("Which port does the second stream have on the server's side?", &["a new one", "the listener's"]);
    let server = local_address(listening)?;
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    let client2 = local_address(&client)?;
    story.name(client2, "client2");
    story.client(format!("connect({server})"), format!("ok, I am {client2}"));
    let (stream, _) = listening.accept()?;
    story.server("accept()", format!("a stream to {}", peer_address(&stream)?));
    story.server("getsockname() on that stream", local_address(&stream)?.to_string());
    story.kernel(connection(server, client1, State::Established));
    story.kernel(connection(server, client2, State::Established));
    story.kernel(listener(server, 0));
    story.meaning(
        "b) the listener's: the pair of addresses names a connection, and the pairs differ in the client's port.",
    );
    story.keep_open((client, stream));
    Ok(())
}
// ANCHOR_END: second-client

// ANCHOR: breaks
fn the_listener_is_no_stream(story: &mut Story, mut listening: &Socket) -> io::Result<()> {
    story.step("Break it: use the listener as if it were a stream.");
    if cfg!(windows) {
        story.skip(WINE_WAITS);
        return Ok(());
    }
    story.ask("A client is connected. What does recv on the listener give?", &["its bytes", "an error"]);
    story.server("recv() on the listener", listening.read(&mut [0; 64]));
    story.server("send() on the listener", listening.write(b"hello"));
    story.meaning(
        "b) an error: a listening socket has no peer. It carries no data, not even with clients in its queue.",
    );

    story.step("Break it: accept on a socket that does not listen.");
    let bound = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    bound.bind(&LOOPBACK.into())?;
    story.server("accept() without listen", bound.accept().map(drop));
    story.meaning("Only listen makes a socket passive. This one was to become a client for all the kernel knows.");
    Ok(())
}
// ANCHOR_END: breaks

/// What the option SO_ACCEPTCONN says of a socket (socket(7)).
fn passive(on: bool) -> String {
    if on { "1: passive" } else { "0: not passive" }.to_owned()
}
// ANCHOR_END: walkthrough

/// Two clients of three, then none; the third must still be there. Last, a socket that does not listen.
fn drive_accept_clients(story: &mut Story, accept_clients: AcceptClients) -> io::Result<()> {
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

    drive_accept_error(story, accept_clients)
}

/// accept can fail, and the caller has to learn it.
fn drive_accept_error(story: &mut Story, accept_clients: AcceptClients) -> io::Result<()> {
    story.step("Your function is given a socket that is bound, and does not listen.");
    if cfg!(windows) {
        story.skip(WINE_WAITS);
        return Ok(());
    }
    story.if_it_hangs("On a socket that does not listen accept fails each time: do not try again, hand its error on.");
    let bound = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    bound.bind(&LOOPBACK.into())?;
    let failed = accept_clients(&bound, 1).map(|accepted| addresses(&accepted));
    let right = failed.as_ref().is_err_and(|error| error.kind() == ErrorKind::InvalidInput);
    let mistake = match failed {
        Ok(_) => "accept failed, and the caller is told that all is well: hand accept's own error on, with `?`.",
        Err(_) => "accept's own error here is InvalidInput, and the caller gets another: hand it on, with `?`.",
    };
    story.you("accept_clients(&bound, 1)", failed);
    story.check(right, "The caller learns why nobody came, by the error's kind.", mistake)
}

/// A server that is there, one that is not, and one with an IPv6 address.
fn drive_connect_to(story: &mut Story, connect_to: ConnectTo) -> io::Result<()> {
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
    let right = refused.as_ref().is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused);
    story.you(format!("connect_to({server})"), refused.map(|_| "a socket".to_owned()));
    story.check(
        right,
        "The caller learns why, by the error's kind.",
        "Nobody listens there, and the caller should learn it: hand connect's own error on, with `?`.",
    )?;

    drive_ipv6(story, connect_to)
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
fn drive_ipv6(story: &mut Story, connect_to: ConnectTo) -> io::Result<()> {
    story.step("A server listens at an IPv6 address, on loopback.");
    let loopback = SocketAddr::from((Ipv6Addr::LOCALHOST, 0));
    let bound = Socket::new(Domain::IPV6, Type::STREAM, None).and_then(|socket| {
        socket.bind(&loopback.into())?;
        Ok(socket)
    });
    let Ok(listening) = bound else {
        story.skip("this system has no IPv6.");
        return Ok(());
    };
    listening.listen(5)?;
    let server = local_address(&listening)?;
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
