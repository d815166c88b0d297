//! The story of lesson 3, to be read from top to bottom while it runs.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;

use narrator::kernel::{State, connection, is_listener, listener};
use narrator::wire::{asked_twice, handshake, refused};
use narrator::{LOOPBACK, Story, local_address};
use socket2::{Domain, Socket, Type};

use crate::{FULL_QUEUE, NO_ROOM, NOBODY_LISTENS, ONE_MORE, QUEUES_DIFFER, SERVERS_END, TOO_EARLY};

pub(crate) fn walkthrough(story: &mut Story) -> io::Result<()> {
    let (socket, server) = a_socket_is_bound(story)?;
    a_client_is_too_early(story, server)?;
    it_listens(story, &socket, server)?;
    let listening = socket;
    let client1 = a_client_waits(story, server)?;
    let in_line = two_more_come(story, server)?;
    one_is_accepted(story, &listening, server, in_line)?;
    story.keep_open((listening, client1));
    Ok(())
}

fn a_socket_is_bound(story: &mut Story) -> io::Result<(Socket, SocketAddr)> {
    story.step("A server binds a socket, as lesson 2 left it.");
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&LOOPBACK.into())?;
    let server = local_address(&socket)?;
    story.name(server, "server");
    story.server("socket(), bind()", server.to_string());
    story.kernel_shows("SO_ACCEPTCONN", is_listener(&socket).map(yes_or_no));
    Ok((socket, server))
}

fn a_client_is_too_early(story: &mut Story, server: SocketAddr) -> io::Result<()> {
    story.step("A client connects. The server has not called listen.");
    story.ask(&TOO_EARLY);
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    let connected = client.connect(&server.into());
    story.client(format!("connect({server})"), connected);
    story.ask_of_the_wire(&NOBODY_LISTENS);
    story.wire_of("early", refused(server));
    story.answer_of_the_wire(&NOBODY_LISTENS);
    // RFC 9293 §3.5.2: a SYN that is meant for no connection and no listener is answered with a reset.
    story.answer(&TOO_EARLY);
    Ok(())
}

fn it_listens(story: &mut Story, socket: &Socket, server: SocketAddr) -> io::Result<()> {
    story.step("listen makes the socket passive.");
    socket.listen(1)?;
    story.server("listen(1)", "ok");
    story.kernel_shows("SO_ACCEPTCONN", is_listener(socket).map(yes_or_no));
    story.kernel(listener(server, 0));
    story.meaning("listen waits for nobody: it tells the kernel that clients may come, and returns.");
    Ok(())
}

fn a_client_waits(story: &mut Story, server: SocketAddr) -> io::Result<Socket> {
    story.step("A client connects. The server's program does nothing.");
    // A new socket: what the refused one can still be used for differs from system to system (POSIX, connect).
    let client1 = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client1.connect(&server.into())?;
    let address1 = local_address(&client1)?;
    story.name(address1, "client1");
    story.client(format!("connect({server})"), format!("ok, I am {address1}"));
    story.wire(handshake(address1, server));
    story.ask(&SERVERS_END);
    story.kernel(connection(address1, server, State::Established));
    story.kernel(listener(server, 1));
    story.answer(&SERVERS_END);
    Ok(client1)
}

/// Two more clients than the backlog of 1 has room for; returns their sockets.
fn two_more_come(story: &mut Story, server: SocketAddr) -> io::Result<Vec<Socket>> {
    story.step("Two more clients come. Nobody has called accept.");
    if !cfg!(target_os = "linux") {
        story.skip(QUEUES_DIFFER);
        return Ok(Vec::new());
    }
    story.ask(&FULL_QUEUE);
    let client2 = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client2.connect(&server.into())?;
    let address2 = local_address(&client2)?;
    story.name(address2, "client2");
    story.client(format!("connect({server})"), format!("ok, I am {address2}"));
    story.wire(handshake(address2, server));
    story.kernel(listener(server, 2));

    let client3 = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    let patience = Duration::from_millis(250);
    let waited = client3.connect_timeout(&server.into(), patience);
    let address3 = local_address(&client3)?;
    story.name(address3, "client3");
    story.client(format!("connect({server}), 250 ms"), waited);
    story.ask_of_the_wire(&NO_ROOM);
    story.wire(asked_twice(address3, server));
    story.answer_of_the_wire(&NO_ROOM);
    story.kernel(connection(address3, server, State::SynSent));
    story.kernel(listener(server, 2));
    story.answer(&FULL_QUEUE);
    story.meaning(
        "The third is not refused: nothing answers it. TimedOut is only our patience; the client's kernel would try for a \
         minute or more.",
    );
    Ok(vec![client2, client3])
}

/// The queue gives one client up and takes another in; `in_line` is what [`two_more_come`] returned.
fn one_is_accepted(
    story: &mut Story,
    listening: &Socket,
    server: SocketAddr,
    mut in_line: Vec<Socket>,
) -> io::Result<()> {
    story.step("The server accepts one client. Then another comes.");
    story.ask(&ONE_MORE);
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
    story.wire(handshake(address4, server));
    story.kernel(listener(server, in_line.len() as u32 + 1));
    story.answer(&ONE_MORE);
    story.meaning("`ss -ltn` shows the same. Of a listener, Recv-Q is how many wait, and Send-Q is the backlog.");
    story.keep_open((stream, in_line, client4));
    Ok(())
}

/// An option that is on or off, as `getsockopt(2)` gives it.
fn yes_or_no(on: bool) -> String {
    if on { "1: passive" } else { "0: not passive" }.to_owned()
}
