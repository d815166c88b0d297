//! # Lesson 7: reuse
//!
//! A connection outlives its sockets: on the side that closed first the kernel keeps it in TIME_WAIT for a while, and
//! with it the port. A server that starts again meanwhile is told that its address is in use. SO_REUSEADDR, set before
//! `bind(2)` in both lives of the server, lets it in, and still keeps it away from a port where somebody listens.

use std::io::{self, ErrorKind, Read};
use std::net::{Ipv6Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;

use narrator::kernel::{Sought, State, connection, listener, no_connection};
use narrator::story::NOT_SHOWN;
use narrator::{Hint, LOOPBACK, Lesson, Look, Outcome, Story, blocks, local_address, partner};
use socket2::{Domain, Socket, Type};

/// What this lesson is called, and what it says besides its story.
pub const LESSON: Lesson = Lesson {
    number: 7,
    package: "lesson07_reuse_address",
    hints: &[
        Hint {
            function: "restartable_listener",
            text: "Three calls open a listener. A fourth makes the port free for the next life while connections of \
                   this one linger. Between which two of the three does it stand, and in which of the lives?",
        },
        Hint {
            function: "restartable_listener",
            text: "The option is SO_REUSEADDR, set_reuse_address(true) in socket2: after Socket::new and before bind, \
                   in every life, and on Unix only: if cfg!(unix) { … }. The live listener needs no code of yours: \
                   bind refuses its port, and ? hands that error on.",
        },
        Hint {
            function: "restartable_listener",
            text: "let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?; then \
                   if cfg!(unix) { listener.set_reuse_address(true)?; } then listener.bind(&address.into())?; \
                   listener.listen(128)?; and at the end Ok(listener).",
        },
    ],
    proved: "SO_REUSEADDR, set before bind in both lives, lets a server have its port again while its old connections \
             linger; a live listener keeps its port all the same.",
    question: "you add SO_REUSEADDR to your server, start it again, and bind still says EADDRINUSE. Why, and for how \
               long?",
    look: Look::Sockets,
};

/// Why this is told of Linux only.
const RULES_DIFFER: &str = if cfg!(windows) {
    "on Windows SO_REUSEADDR is another thing, and dangerous: it lets a socket take a port that is in use."
} else {
    "what the old socket must have set is Linux's own rule; other systems have others."
};

/// The learner's [`restartable_listener`](run).
pub type RestartableListener = fn(SocketAddr) -> io::Result<Socket>;

/// Tells the lesson, then drives the learner's function; returns the process's exit code.
pub fn run(restartable_listener: RestartableListener) -> ExitCode {
    narrator::tell(&LESSON, walkthrough, |story| {
        story.your_turn("restartable_listener", |story| drive(story, restartable_listener));
    })
}

// ANCHOR: walkthrough
fn walkthrough(story: &mut Story) -> io::Result<()> {
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

/// Two lives of a server at one address; and while the first one lives, somebody else who wants it.
fn drive(story: &mut Story, restartable_listener: RestartableListener) -> io::Result<()> {
    let (first, server) = open_first(story, restartable_listener)?;
    let clients = connect_three(story, server)?;
    let first = open_beside(story, restartable_listener, first, server)?;
    let was_set = first.reuse_address()?;
    end_first(story, first, server, clients)?;
    open_second(story, restartable_listener, server, was_set)?;
    open_ipv6(story, restartable_listener)
}

fn open_first(story: &mut Story, restartable_listener: RestartableListener) -> io::Result<(Socket, SocketAddr)> {
    story.step("The first life: your function opens a listener, at any free port.");
    let first = story.yours("restartable_listener(127.0.0.1:0)", restartable_listener(LOOPBACK), a_socket)?;
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
    let (first, second) = while_it_lives(first, || restartable_listener(server));
    name_if_other(story, &second, server);
    let mistake = stolen_or_hidden(first.as_ref(), &second, server);
    let told = second.as_ref().map_or_else(Outcome::from, |second| Outcome::from(local_address(second)));
    story.you("restartable_listener(server)", told);
    match (first, mistake) {
        (Some(first), None) => {
            story.meaning("A live listener's port is its own, and the caller learns so at once.");
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
) -> (Option<Socket>, io::Result<Socket>) {
    let (done, waiting) = mpsc::channel();
    let owner = thread::spawn(move || match waiting.recv_timeout(partner::PATIENCE) {
        Err(RecvTimeoutError::Timeout) => None,
        // Disconnected: the function panicked.
        Ok(()) | Err(RecvTimeoutError::Disconnected) => Some(listening),
    });
    let result = function();
    // An owner that has given up does not hear it.
    let _ = done.send(());
    (owner.join().ok().flatten(), result)
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
        let end = (&client).read(&mut [0; 64]);
        let closed = matches!(end, Ok(0));
        story.client("recv()", end);
        if !closed {
            return Err(story.mistake(
                "The client is reset: linger 0 makes no TIME_WAIT, but throws away what the peer has not got yet. \
                 Leave linger alone; another option lets the next life have the port.",
            ));
        }
        drop(client);
        // A kernel that does not show its connections leaves us the order of the two closes.
        let _ = connection(server, address, State::TimeWait).find();
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
    let second = restartable_listener(server);
    name_if_other(story, &second, server);
    if let Some(error) = second.as_ref().err().filter(|error| error.kind() == ErrorKind::AddrInUse) {
        story.you("restartable_listener(server)", error);
        return Err(story.mistake(if was_set {
            "SO_REUSEADDR is on, but too late: bind looks at it when it is called, so it has to be set before bind."
        } else {
            "The first life's listener never had SO_REUSEADDR. Both lives have to set it, each before its bind."
        }));
    }
    let second = story.yours("restartable_listener(server)", second, a_socket)?;
    story.you("getsockname()", local_address(&second));
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
fn open_ipv6(story: &mut Story, restartable_listener: RestartableListener) -> io::Result<()> {
    story.step("An address of the other family, on loopback.");
    let loopback = SocketAddr::from((Ipv6Addr::LOCALHOST, 0));
    if Socket::new(Domain::IPV6, Type::STREAM, None).and_then(|socket| socket.bind(&loopback.into())).is_err() {
        story.skip("this system has no IPv6.");
        return Ok(());
    }
    let opened = restartable_listener(loopback);
    let right = opened.as_ref().is_ok_and(|opened| local_address(opened).is_ok_and(|own| own.ip() == loopback.ip()));
    story.you(
        "restartable_listener([::1]:0)",
        opened.as_ref().map_or_else(Outcome::from, |_| Outcome::from("a socket")),
    );
    story.check(
        right,
        "The socket's family follows the address.",
        "The address is of IPv6, and the socket is not: Domain::for_address gives the family that fits.",
    )
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
