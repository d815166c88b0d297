//! The story of lesson 7, to be read from top to bottom while it runs.

use std::io::{self, Read};
use std::net::SocketAddr;

use narrator::entry::NOT_SHOWN;
use narrator::kernel::{Sought, State, connection, listener, no_connection};
use narrator::wire::{ack, fin, handshake};
use narrator::{LOOPBACK, Story, local_address};
use socket2::{Domain, Socket, Type};

use crate::{
    AFTER_BIND, BOTH_HAVE_IT, ONLY_WE_HAVE_IT, RULES_DIFFER, STARTED_AGAIN, THE_LAST_SEGMENT, WHAT_LINGERS,
    WITH_THE_OPTION,
};

pub(crate) fn walkthrough(story: &mut Story) -> io::Result<()> {
    let server = first_life(story)?;
    restart(story, server)?;
    restart_with_the_option(story, server)?;
    let server = two_lives_with_the_option(story)?;
    option_after_bind(story, server)?;
    server_without_the_option(story)?;
    server_with_the_option(story)
}

fn first_life(story: &mut Story) -> io::Result<SocketAddr> {
    story.step("A server's first life: it serves one client, and closes first.");
    let listening = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    listening.bind(&LOOPBACK.into())?;
    listening.listen(5)?;
    let server = local_address(&listening)?;
    story.name(server, "server");
    story.server("socket(), bind(), listen(5)", format!("a listener at {server}"));
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    let client_address = local_address(&client)?;
    story.name(client_address, "client1");
    story.client(format!("connect({server})"), format!("ok, I am {client_address}"));
    story.wire(handshake(client_address, server));
    let (stream, _) = listening.accept()?;
    story.server("accept()", format!("a stream to {client_address}"));
    drop(stream);
    story.server("close() of the stream", "ok");
    story.wire(fin(server, client_address));
    let end = (&client).read(&mut [0; 64]);
    story.client("recv()", end);
    drop(client);
    story.client("close()", "ok");
    story.ask_of_the_wire(&THE_LAST_SEGMENT);
    story.wire(fin(client_address, server));
    story.wire(ack(server, client_address));
    story.answer_of_the_wire(&THE_LAST_SEGMENT);
    drop(listening);
    story.server("close() of the listener", "ok");
    story.kernel(connection(server, client_address, State::TimeWait));
    story.kernel(no_connection(client_address, server));
    // RFC 9293 §3.3.2, TIME-WAIT: so that a lost last ACK can be sent again, and late segments disturb nobody.
    story.meaning("All is closed. The side that closed first keeps the connection a while.");
    Ok(server)
}

fn restart(story: &mut Story, server: SocketAddr) -> io::Result<()> {
    story.step("The server starts again, at its old address.");
    if !cfg!(unix) {
        story.skip("Windows lets a new listener have a port where a connection lingers.");
        return Ok(());
    }
    story.ask(&STARTED_AGAIN);
    let restarted = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    let bound = restarted.bind(&server.into());
    story.server(format!("socket(), bind({server})"), bound);
    story.answer(&STARTED_AGAIN);
    Ok(())
}

fn restart_with_the_option(story: &mut Story, server: SocketAddr) -> io::Result<()> {
    story.step("The well-known cure: set SO_REUSEADDR, and start again.");
    if !cfg!(target_os = "linux") {
        story.skip(RULES_DIFFER);
        return Ok(());
    }
    story.ask(&WITH_THE_OPTION);
    let restarted = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    restarted.set_reuse_address(true)?;
    story.server("socket(), setsockopt(SO_REUSEADDR)", "ok");
    let bound = restarted.bind(&server.into());
    story.server(format!("bind({server})"), bound);
    // TCP_TIMEWAIT_LEN in Linux's include/net/tcp.h; tcp_fin_timeout, tcp(7), is about FIN_WAIT_2.
    story.answer(&WITH_THE_OPTION);
    Ok(())
}

fn two_lives_with_the_option(story: &mut Story) -> io::Result<SocketAddr> {
    story.step("A new server sets it from the first life on, which goes as in step 1.");
    let first = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    // Not on Windows: there a socket that sets it may take the port of a live listener that has set it as well
    // (Microsoft, "Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE"). Rust's own TcpListener draws the same line.
    if cfg!(unix) {
        first.set_reuse_address(true)?;
        story.server("socket(), setsockopt(SO_REUSEADDR)", "ok");
    }
    first.bind(&LOOPBACK.into())?;
    first.listen(5)?;
    let server = local_address(&first)?;
    story.name(server, "server2");
    story.server("bind(), listen(5)", format!("a listener at {server}"));
    let client = live_as_in_step_1(first, server)?;
    story.name(client, "client2");
    story.kernel(connection(server, client, State::TimeWait));

    story.ask(&WHAT_LINGERS);
    let second = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    if cfg!(unix) {
        second.set_reuse_address(true)?;
        story.server("socket(), setsockopt(SO_REUSEADDR)", "ok");
    }
    second.bind(&server.into())?;
    second.listen(5)?;
    story.server(format!("bind({server}), listen(5)"), "a listener again");
    story.kernel(listener(server, 0));
    story.kernel(connection(server, client, State::TimeWait));
    story.answer(&WHAT_LINGERS);
    story.keep_open(second);
    Ok(server)
}

fn option_after_bind(story: &mut Story, server: SocketAddr) -> io::Result<()> {
    story.step("That life is over, too. The third sets it after bind.");
    if !cfg!(unix) {
        story.skip("on Windows a server does not set it at all.");
        return Ok(());
    }
    story.ask(&AFTER_BIND);
    let third = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    let bound = third.bind(&server.into());
    story.server(format!("socket(), bind({server})"), bound);
    let set = third.set_reuse_address(true);
    story.server("setsockopt(SO_REUSEADDR)", set);
    let bound = third.bind(&server.into());
    story.server(format!("bind({server})"), bound);
    story.answer(&AFTER_BIND);
    Ok(())
}

fn server_without_the_option(story: &mut Story) -> io::Result<()> {
    story.step("A server without the option. We have it, and try its port at each stage.");
    if !cfg!(target_os = "linux") {
        story.skip(RULES_DIFFER);
        return Ok(());
    }
    story.ask(&ONLY_WE_HAVE_IT);
    let server = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    try_at_each_stage(story, server)?;
    story.answer(&ONLY_WE_HAVE_IT);
    Ok(())
}

fn server_with_the_option(story: &mut Story) -> io::Result<()> {
    story.step("The same again, but the server has the option, too.");
    if !cfg!(target_os = "linux") {
        story.skip(RULES_DIFFER);
        return Ok(());
    }
    story.ask(&BOTH_HAVE_IT);
    let server = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    server.set_reuse_address(true)?;
    try_at_each_stage(story, server)?;
    story.answer(&BOTH_HAVE_IT);
    Ok(())
}

/// What follows listen in the first step, untold; returns the address that the client had.
fn live_as_in_step_1(listening: Socket, server: SocketAddr) -> io::Result<SocketAddr> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    let client_address = local_address(&client)?;
    let (stream, _) = listening.accept()?;
    drop(stream);
    // Only when the server's end has arrived is the client's close the second one.
    let _end = (&client).read(&mut [0; 64])?;
    drop(client);
    drop(listening);
    Ok(client_address)
}

/// The server's socket goes from bind to TIME_WAIT. At each stage another one, with the option, tries its address.
fn try_at_each_stage(story: &mut Story, listening: Socket) -> io::Result<()> {
    listening.bind(&LOOPBACK.into())?;
    let server = local_address(&listening)?;
    // Told to nobody, but --pause names the command that shows it.
    story.name(server, "server");
    // Two can be bound to one address while neither listens; when one does, listen fails for the other.
    try_beside(story, "a bound socket", server);
    listening.listen(5)?;
    try_beside(story, &stage(listener(server, 0)), server);

    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    let client_address = local_address(&client)?;
    let (stream, _) = listening.accept()?;
    // The listener goes first, so that nothing but the connection is left at the port.
    drop(listening);
    try_beside(story, &stage(connection(server, client_address, State::Established)), server);
    drop(stream);
    try_beside(story, &stage(connection(server, client_address, State::FinWait2)), server);
    drop(client);
    try_beside(story, &stage(connection(server, client_address, State::TimeWait)), server);
    Ok(())
}

fn try_beside(story: &mut Story, stage: &str, server: SocketAddr) {
    let bound = bind_with_the_option(server);
    story.server(format!("bind() beside {stage}"), bound);
}

fn bind_with_the_option(address: SocketAddr) -> io::Result<()> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())
}

/// The state that the kernel shows, as soon as it is the expected one.
fn stage(sought: Sought) -> String {
    sought.find().ok().flatten().map_or_else(|| NOT_SHOWN.to_owned(), |row| row.state.to_string())
}
