//! The story of this lesson, to be read from top to bottom while it runs.

use std::io::{self, Read};
use std::net::SocketAddr;

use narrator::kernel::{Sought, State, connection, listener, no_connection};
use narrator::story::NOT_SHOWN;
use narrator::{LOOPBACK, Story, local_address};
use socket2::{Domain, Socket, Type};

/// Why this is told of Linux only.
const RULES_DIFFER: &str = if cfg!(windows) {
    "on Windows SO_REUSEADDR is another thing, and dangerous: it lets a socket take a port that is in use."
} else {
    "what the old socket must have set is Linux's own rule; other systems have others."
};

// ANCHOR: walkthrough
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
    let (stream, _) = listening.accept()?;
    story.server("accept()", format!("a stream to {client_address}"));
    drop(stream);
    story.server("close() of the stream", "ok");
    story.client("recv()", (&client).read(&mut [0; 64]));
    drop(client);
    story.client("close()", "ok");
    drop(listening);
    story.server("close() of the listener", "ok");
    story.kernel(connection(server, client_address, State::TimeWait));
    story.kernel(no_connection(client_address, server));
    // RFC 9293 §3.3.2, TIME-WAIT: so that a lost last ACK can be sent again, and late segments disturb nobody.
    story.meaning(
        "Every socket is closed, but the side that closed first keeps the connection for a while: what comes late must \
         not get into a new one.",
    );
    Ok(server)
}

fn restart(story: &mut Story, server: SocketAddr) -> io::Result<()> {
    story.step("The server starts again, at its old address.");
    if !cfg!(unix) {
        story.skip("Windows lets a new listener have a port where a connection lingers.");
        return Ok(());
    }
    let restarted = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    story.server(format!("socket(), bind({server})"), restarted.bind(&server.into()));
    story.meaning("No program has a socket there. It is the connection that holds the port.");
    Ok(())
}

fn restart_with_the_option(story: &mut Story, server: SocketAddr) -> io::Result<()> {
    story.step("The well-known cure: set SO_REUSEADDR, and start again.");
    if !cfg!(target_os = "linux") {
        story.skip(RULES_DIFFER);
        return Ok(());
    }
    story.ask("Does bind get the port now?", &["yes", "no"]);
    let restarted = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    restarted.set_reuse_address(true)?;
    story.server("socket(), setsockopt(SO_REUSEADDR)", "ok");
    story.server(format!("bind({server})"), restarted.bind(&server.into()));
    // TCP_TIMEWAIT_LEN in Linux's include/net/tcp.h; tcp_fin_timeout, tcp(7), is about FIN_WAIT_2.
    story.meaning(
        "b) no: Linux asks both sockets, and the first life's lacked it. Only time helps: 60 s, a kernel constant. \
         tcp_fin_timeout does not change it.",
    );
    Ok(())
}

// ANCHOR: two-lives
fn two_lives_with_the_option(story: &mut Story) -> io::Result<SocketAddr> {
    story.step("A new server, fit for restarts from the first. It goes as in step 1.");
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
    story.meaning(
        "The next life listens beside what lingers. Rust's TcpListener sets the option for you (not on Windows: \
         dangerous there); socket2 does not.",
    );
    story.keep_open(second);
    Ok(server)
}
// ANCHOR_END: two-lives

fn option_after_bind(story: &mut Story, server: SocketAddr) -> io::Result<()> {
    story.step("Break it: that life is over, too. The third sets it after bind.");
    if !cfg!(unix) {
        story.skip("on Windows a server does not set it at all.");
        return Ok(());
    }
    story.ask("Does its bind get the port?", &["yes", "no"]);
    let third = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    story.server(format!("socket(), bind({server})"), third.bind(&server.into()));
    story.server("setsockopt(SO_REUSEADDR)", third.set_reuse_address(true));
    story.server(format!("bind({server})"), third.bind(&server.into()));
    story.meaning(
        "b) no: bind looks at the option when it is called. Only our second call finds it set, and a program that uses \
         ? is gone by then.",
    );
    Ok(())
}

fn server_without_the_option(story: &mut Story) -> io::Result<()> {
    story.step("Break it: a server without the option. We have it, and try its port.");
    if !cfg!(target_os = "linux") {
        story.skip(RULES_DIFFER);
        return Ok(());
    }
    let server = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    try_at_each_stage(story, server)?;
    story.meaning(
        "Not only TIME_WAIT: an open connection holds the port, too, until a slow client or a child process lets it go.",
    );
    Ok(())
}

fn server_with_the_option(story: &mut Story) -> io::Result<()> {
    story.step("Break it: the same again, but the server has the option, too.");
    if !cfg!(target_os = "linux") {
        story.skip(RULES_DIFFER);
        return Ok(());
    }
    story.ask("Which stage still refuses us?", &["ESTABLISHED", "LISTEN", "none"]);
    let server = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    server.set_reuse_address(true)?;
    try_at_each_stage(story, server)?;
    story.meaning(
        "b) LISTEN: a live listener's port is its own. (Sharing one is another option, SO_REUSEPORT.) Had we not the \
         option, all five would fail.",
    );
    Ok(())
}

// ANCHOR: closes-first
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
// ANCHOR_END: closes-first

// ANCHOR: stages
/// The server's socket goes from bind to TIME_WAIT. At each stage another one, with the option, tries its address.
fn try_at_each_stage(story: &mut Story, listening: Socket) -> io::Result<()> {
    listening.bind(&LOOPBACK.into())?;
    let server = local_address(&listening)?;
    // Told to nobody, but --pause names the command that shows it.
    story.name(server, "server");
    // Two can be bound to one address while neither listens; when one does, listen fails for the other.
    story.server("bind() beside a bound socket", bind_with_the_option(server));
    listening.listen(5)?;
    story.server(format!("bind() beside {}", stage(listener(server, 0))), bind_with_the_option(server));

    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    let client_address = local_address(&client)?;
    let (stream, _) = listening.accept()?;
    let beside = |state| format!("bind() beside {}", stage(connection(server, client_address, state)));
    // The listener goes first, so that nothing but the connection is left at the port.
    drop(listening);
    story.server(beside(State::Established), bind_with_the_option(server));
    drop(stream);
    story.server(beside(State::FinWait2), bind_with_the_option(server));
    drop(client);
    story.server(beside(State::TimeWait), bind_with_the_option(server));
    Ok(())
}

fn bind_with_the_option(address: SocketAddr) -> io::Result<()> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())
}
// ANCHOR_END: stages

/// The state that the kernel shows, as soon as it is the expected one.
fn stage(sought: Sought) -> String {
    sought.find().ok().flatten().map_or_else(|| NOT_SHOWN.to_owned(), |row| row.state.to_string())
}
// ANCHOR_END: walkthrough
