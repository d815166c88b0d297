//! # Lesson 1: create
//!
//! `socket(2)` asks the kernel for an endpoint. What comes back is an object in the kernel and a descriptor that stands
//! for it in your program. It has a family and a type, no name and no peer: everything else is still to come.

use std::fs;
use std::io::{self, ErrorKind, Read};
use std::net::{Ipv6Addr, SocketAddr};
use std::process::ExitCode;

use narrator::kernel::descriptor;
use narrator::{Hint, LOOPBACK, Lesson, Look, Story, errors, local_address, partner, peer_address};
#[cfg(target_os = "linux")]
use socket2::Protocol;
use socket2::{Domain, Socket, Type};

/// What this lesson is called, and what it says besides its story.
pub const LESSON: Lesson = Lesson {
    number: 1,
    package: "lesson01_create",
    hints: &[
        Hint {
            function: "socket_for",
            text: "Socket::new wants three things: a family (Domain), a type and a protocol. Two of them are the same for every \
                   TCP socket. Which one has to come from the address?",
        },
        Hint {
            function: "socket_for",
            text: "Domain::for_address(address) is the family. Type::STREAM and None make it TCP, as in the walkthrough. \
                   What Socket::new returns is what your function returns: no bind, no connect, and neither ? nor Ok.",
        },
        Hint {
            function: "socket_for",
            text: "Above: use socket2::{Domain, Socket, Type}; and as the whole body, without a semicolon: \
                   Socket::new(Domain::for_address(address), Type::STREAM, None)",
        },
    ],
    proved: "socket gives a TCP socket of the family that the address asks for, with no name and no peer yet, and ready \
             for whatever its owner does next.",
    question: "socket() has returned. What does your program have now, and what is missing before a byte can travel?",
    look: Look::Descriptors,
};

/// The learner's [`socket_for`](run).
pub type SocketFor = fn(SocketAddr) -> io::Result<Socket>;

/// Tells the lesson, then drives the learner's function; returns the process's exit code.
pub fn run(socket_for: SocketFor) -> ExitCode {
    narrator::tell(&LESSON, walkthrough, |story| {
        story.your_turn("socket_for", |story| drive_socket_for(story, socket_for));
    })
}

// ANCHOR: walkthrough
fn walkthrough(story: &mut Story) -> io::Result<()> {
    trailer(story)?;
    let socket = the_first_call(story)?;
    no_name_and_no_peer(story, &socket);
    let second = dropped_is_closed(story, socket)?;
    the_address_decides(story);
    nobody_at_the_other_end(story, second);
    Ok(())
}

// ANCHOR: trailer
/// One thread plays both sides: connect returns before accept, and bytes wait in the kernel until somebody asks for them.
fn trailer(story: &mut Story) -> io::Result<()> {
    story.step("The trailer: a server greets a client, and each call names its lesson.");
    // ANCHOR: create
    let listening = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    story.server("lesson 1  socket()", "a socket, and nothing more yet");
    // ANCHOR_END: create
    listening.bind(&LOOPBACK.into())?;
    let server = local_address(&listening)?;
    story.name(server, "server");
    story.server("lesson 2  bind()", format!("I am {server}"));
    listening.listen(1)?;
    story.server("lesson 3  listen()", "clients may come");

    let mut client = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    client.connect(&server.into())?;
    let client_address = local_address(&client)?;
    story.name(client_address, "client");
    story.client("lesson 3  socket(), connect()", format!("I am {client_address}"));
    let (mut stream, _) = listening.accept()?;
    story.server("lesson 4  accept()", format!("a stream to {}", peer_address(&stream)?));

    let mut buffer = [0; 64];
    story.server("lesson 5  send()", stream.send("Welcome to study socket!".as_bytes()));
    // read is recv(2). One call brings all of so short a text here; lesson 5 says why that is no promise.
    let received = client.read(&mut buffer)?;
    story.client("lesson 5  recv()", String::from_utf8_lossy(&buffer[..received]).into_owned());
    story.client("lesson 5  send()", client.send("消息收到,over!".as_bytes()));
    let received = stream.read(&mut buffer)?;
    story.server("lesson 5  recv()", String::from_utf8_lossy(&buffer[..received]).into_owned());
    // close(2), three times.
    drop((client, stream, listening));
    story.meaning(
        "All of it was real, and on this machine: that is 127.0.0.1. By now both have hung up (lesson 6). A port that \
         stays taken is lesson 7, a peer that vanishes lesson 8; in lesson 9 you write the whole program.",
    );
    Ok(())
}
// ANCHOR_END: trailer

// ANCHOR: first-call
fn the_first_call(story: &mut Story) -> io::Result<Socket> {
    story.step("Back to the first call: socket().");
    story.ask("We name no protocol. Which one will it be?", &["none", "TCP", "UDP"]);
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    story.server("socket(IPV4, STREAM, None)", "a socket");
    // getsockopt(2). Every system tells the type; Linux tells the other two as well.
    #[cfg(target_os = "linux")]
    story.kernel_says("SO_DOMAIN, its family", format!("{:?}", socket.domain()?));
    story.kernel_says("SO_TYPE", format!("{:?}", socket.r#type()?));
    #[cfg(target_os = "linux")]
    story.kernel_says("SO_PROTOCOL", socket.protocol()?.map_or("none".to_owned(), |tcp| format!("{tcp:?}")));
    let object = descriptor(&socket);
    if let Ok(object) = &object {
        story.mask(object, "socket:[FIRST]");
    }
    story.kernel_shows("our descriptor stands for", object);
    story.meaning(
        "b) TCP: a stream of bytes over IPv4 is its work, so None will do. The socket itself is an object in the kernel; \
         the number in brackets is its inode. Your program only holds a descriptor that stands for it.",
    );
    Ok(socket)
}
// ANCHOR_END: first-call

fn no_name_and_no_peer(story: &mut Story, socket: &Socket) {
    story.step("Who is it, and who is at the other end?");
    // Windows gives no zeros but an error: there a socket without a name is InvalidInput (WSAEINVAL).
    story.server("getsockname()", local_address(socket));
    story.server("getpeername()", peer_address(socket));
    story.meaning(
        "Nobody, and nobody: all zeros is no name. bind will give it one, connect or accept a peer. Errors have two \
         names here: Rust's ErrorKind and, in brackets, the one in the manuals.",
    );
}

// ANCHOR: drop
fn dropped_is_closed(story: &mut Story, first: Socket) -> io::Result<Socket> {
    story.step("A second socket(). Then the first is dropped.");
    story.ask("Nobody calls close. Does the first stay open?", &["yes", "no"]);
    let second = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    story.server("socket(IPV4, STREAM, None)", "another socket");
    let (first_object, second_object) = (descriptor(&first), descriptor(&second));
    if let Ok(object) = &second_object {
        story.mask(object, "socket:[SECOND]");
    }
    drop(first);
    story.server("drop(first)", "its owner is gone");
    story.kernel_shows("descriptors of the first", first_object.and_then(descriptors_of));
    story.kernel_shows("descriptors of the second", second_object.and_then(descriptors_of));
    story.meaning(
        "b) no: with the owner gone Rust calls close(2), and the object ends with its last descriptor. The second is an \
         object of its own, and stays.",
    );
    Ok(second)
}
// ANCHOR_END: drop

/// Every descriptor of this process that stands for the object: the links in `/proc/self/fd` (proc(5)).
fn descriptors_of(object: String) -> io::Result<String> {
    let links = fs::read_dir("/proc/self/fd")?.flatten().filter_map(|entry| fs::read_link(entry.path()).ok());
    let found: Vec<_> = links.filter(|link| link.as_os_str() == object.as_str()).collect();
    Ok(if found.is_empty() { "none".to_owned() } else { format!("{} for {object}", found.len()) })
}

// ANCHOR: address-decides
fn the_address_decides(story: &mut Story) {
    story.step("A client is told to call [::1]:80, an IPv6 address.");
    let server = SocketAddr::new(Ipv6Addr::LOCALHOST.into(), 80);
    // Only created: a system can know IPv6 and still have no IPv6 address to bind or connect to.
    let Ok(client) = Socket::new(Domain::for_address(server), Type::STREAM, None) else {
        return story.skip("this system has no IPv6");
    };
    story.client(format!("Domain::for_address({server})"), format!("{:?}", Domain::for_address(server)));
    story.client("socket(IPV6, STREAM, None)", "a socket");
    story.client("getsockname()", local_address(&client));
    story.meaning(
        "[::]:0 is IPv6 for \"no name yet\". A socket keeps its family for life, and an IPv4 one cannot call an IPv6 \
         address. So ask the address first.",
    );
}
// ANCHOR_END: address-decides

// ANCHOR: break
fn nobody_at_the_other_end(story: &mut Story, mut socket: Socket) {
    story.step("Break it: talk before anyone is there.");
    story.ask("What will recv do here?", &["wait", "give 0 bytes", "fail"]);
    let mut buffer = [0; 64];
    story.server("recv()", socket.read(&mut buffer));
    story.server("send(\"hello\")", socket.send(b"hello"));
    story.meaning(
        "c) fail, at once: bytes travel on a connection, and here is none. Linux has its own word for send: where nobody \
         can read, the pipe is broken.",
    );
}
// ANCHOR_END: break
// ANCHOR_END: walkthrough

/// One address of each family. The socket must follow it, and be as fresh as from the kernel.
fn drive_socket_for(story: &mut Story, socket_for: SocketFor) -> io::Result<()> {
    story.step("A server has an IPv4 address. Your function makes a socket for it.");
    let (listening, server) = partner::listen(5)?;
    story.name(server, "server");
    let socket = ask_for_one(story, socket_for, server)?;

    story.step("We connect the socket that you made.");
    // Not connect_timeout: it would not notice a nonblocking socket. The listener is there, so this does not wait.
    let connected = socket.connect(&server.into()).and_then(|()| local_address(&socket));
    let call = format!("connect({server})");
    let own = match connected {
        Ok(own) => own,
        Err(error) => {
            story.you(call, &error);
            return Err(story.mistake(match errors::name(&error) {
                Some("EINPROGRESS" | "WSAEWOULDBLOCK") => {
                    "connect came back before it was done, because your socket is nonblocking. Nobody asked for that: \
                     leave the choice to the caller."
                }
                _ => "A fresh TCP socket of this family can connect to that server, and yours cannot.",
            }));
        }
    };
    story.name(own, "client");
    story.you(call, format!("ok, I am {own}"));
    let met = partner::next_client(&listening)?.map(|(_, peer)| peer);
    story.server("accept()", met.map_or("nobody came".to_owned(), |peer| format!("a stream to {peer}")));
    story.check(
        met == Some(own),
        "It works, and became a client. It could as well have become a server: that is up to its owner.",
        "Your socket says that it is connected, but the server has not met it.",
    )?;

    story.step("Your function is given an IPv6 address.");
    if Socket::new(Domain::IPV6, Type::STREAM, None).is_err() {
        story.skip("this system has no IPv6");
        return Ok(());
    }
    ask_for_one(story, socket_for, SocketAddr::new(Ipv6Addr::LOCALHOST.into(), 7000)).map(drop)
}

/// Calls the learner's function, and looks at the socket that comes back.
fn ask_for_one(story: &mut Story, socket_for: SocketFor, address: SocketAddr) -> io::Result<Socket> {
    story.if_it_hangs("Nothing waits when a socket is created: one call is enough, with no loop.");
    let call = format!("socket_for({address})");
    let made = socket_for(address);
    if let Some((error, sentence)) = made.as_ref().err().and_then(|error| Some((error, betrayed_by(error)?))) {
        story.you(call, error);
        return Err(story.mistake(&sentence));
    }
    let socket = story.yours(&call, made, |_| "a socket".to_owned())?;
    if let Some(own) = name_of(&socket) {
        story.name(own, "its-address");
    }
    let or_none = |address: Option<SocketAddr>| address.map_or("none yet".to_owned(), |address| address.to_string());
    story.you("its family", format!("{:?}", family(&socket)));
    story.you("its type", format!("{:?}", socket.r#type()?));
    story.you("its name", or_none(name_of(&socket)));
    story.you("its peer", or_none(peer_address(&socket).ok()));
    let mistake = what_is_wrong(&socket, address)?;
    story.check(
        mistake.is_none(),
        "A TCP socket of the address's family, with no name and no peer.",
        &mistake.unwrap_or_default(),
    )?;
    Ok(socket)
}

/// What the learner's socket has that it should not have, in a sentence; `None` when it is right.
fn what_is_wrong(socket: &Socket, address: SocketAddr) -> io::Result<Option<String>> {
    let (family, kind) = (family(socket), socket.r#type()?);
    if family != Domain::for_address(address) {
        let version = if address.is_ipv4() { "IPv4" } else { "IPv6" };
        return Ok(Some(format!(
            "{address} is an {version} address, but the socket's family is {family:?}. Let the address decide, with \
             Domain::for_address."
        )));
    }
    if kind != Type::STREAM {
        return Ok(Some(format!("TCP is a stream of bytes, and {kind:?} is none: ask for Type::STREAM.")));
    }
    // A stream of these two families is TCP's, unless somebody names another protocol, as Linux lets them.
    #[cfg(target_os = "linux")]
    if let Some(protocol) = socket.protocol()?.filter(|protocol| *protocol != Protocol::TCP) {
        return Ok(Some(format!("It speaks {protocol:?}, not TCP. With None the kernel chooses TCP.")));
    }
    if let Ok(peer) = peer_address(socket) {
        return Ok(Some(format!(
            "It is connected to {peer} already. Your function only creates the socket: connect is for the caller."
        )));
    }
    Ok(name_of(socket).map(|own| {
        // Only a listener lets anyone in.
        let (state, call) = match partner::connect(own) {
            Ok(_) => ("listens at", "listen"),
            Err(_) => ("is bound to", "bind"),
        };
        format!("It {state} {own} already. Your function only creates the socket: {call} is for the caller.")
    }))
}

/// The socket's family, without binding it.
fn family(socket: &Socket) -> Domain {
    match socket.local_addr() {
        Ok(name) => name.domain(),
        // Windows tells no name before bind. But no other socket than an IPv6 one has this option there.
        Err(_) if socket.only_v6().is_ok() => Domain::IPV6,
        Err(_) => Domain::IPV4,
    }
}

/// The socket's name, once it has one: port 0 is none.
fn name_of(socket: &Socket) -> Option<SocketAddr> {
    local_address(socket).ok().filter(|name| name.port() != 0)
}

/// What an error says about the call that it came from, in a sentence; `None` when it did not come from the system.
fn betrayed_by(error: &io::Error) -> Option<String> {
    error.raw_os_error()?;
    let kind = error.kind();
    let call = match kind {
        ErrorKind::AddrInUse | ErrorKind::AddrNotAvailable => "bind",
        ErrorKind::ConnectionRefused => "connect",
        _ => return Some(format!("The system refuses: {error}. Do family, type and protocol go together?")),
    };
    Some(format!(
        "{kind:?} is an error of {call}. Your function only creates the socket: {call} is for the caller. All that the \
         address says here is which family."
    ))
}
