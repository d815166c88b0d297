//! Calls the learner's function in one situation after another, and judges what comes of it. To read after your turn: it
//! tells what is looked for.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use narrator::descriptors::socket_fails;
use narrator::small_print::{SmallPrint, as_plain};
use narrator::wire::handshake;
use narrator::{Story, errors, local_address, partner, peer_address};
#[cfg(target_os = "linux")]
use socket2::Protocol;
use socket2::{Domain, Socket, Type};

use crate::SocketFor;

/// What the kept right answers may set on a socket of their own: a fresh one is as good with it.
const FREE: [&str; 2] = ["SO_REUSEADDR", "TCP_NODELAY"];

/// Addresses of each family, and no room for a socket. It must follow the address, and be as fresh as from the kernel.
pub(crate) fn socket_for(story: &mut Story, socket_for: SocketFor) -> io::Result<()> {
    story.step("A server has an IPv4 address. Your function makes a socket for it.");
    let (listening, server) = partner::listen(5)?;
    story.name(server, "server");
    let socket = ask_for_one(story, socket_for, server)?;
    connect_it(story, &listening, server, &socket)?;

    story.step("Your function is given an IPv6 address.");
    let has_v6 = Socket::new(Domain::IPV6, Type::STREAM, None).is_ok();
    if has_v6 {
        ask_for_one(story, socket_for, SocketAddr::new(Ipv6Addr::LOCALHOST.into(), 7000))?;
    } else {
        story.skip(NO_IPV6);
    }

    story.step("Your function is given an IPv6 address that has an IPv4 address inside.");
    if has_v6 {
        ask_for_one(story, socket_for, SocketAddr::new(Ipv4Addr::LOCALHOST.to_ipv6_mapped().into(), 7000))?;
    } else {
        story.skip(NO_IPV6);
    }

    story.step("Your function is given 0.0.0.0:0, which is no certain address.");
    ask_for_one(story, socket_for, SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)))?;

    of_other_addresses(story, socket_for, has_v6)?;
    without_room(story, socket_for)
}

/// Of an address only the family counts. What went well is not told.
fn of_other_addresses(story: &mut Story, socket_for: SocketFor, has_v6: bool) -> io::Result<()> {
    for address in OTHERS.iter().flat_map(|address| address.parse::<SocketAddr>()) {
        let fits = |socket: &Socket| what_is_wrong(socket, address).is_ok_and(|mistake| mistake.is_none());
        if (address.is_ipv4() || has_v6) && !socket_for(address).is_ok_and(|socket| fits(&socket)) {
            story.step("Your function is given another address.");
            ask_for_one(story, socket_for, address)?;
        }
    }
    Ok(())
}

/// Addresses of all sorts: of nobody, of many, of an interface, of no interface.
const OTHERS: [&str; 9] = [
    "192.0.2.1:80",
    "224.0.0.1:5000",
    "255.255.255.255:65535",
    "10.0.0.1:1",
    "[::]:0",
    "[2001:db8::1]:443",
    "[ff02::1%1]:5353",
    "[fe80::1%1]:65535",
    "[::127.0.0.1]:7000",
];

const NO_IPV6: &str = "this system has no IPv6.";

/// socket fails where the program may open nothing more.
fn without_room(story: &mut Story, socket_for: SocketFor) -> io::Result<()> {
    story.step("The program has opened as many files and sockets as it may.");
    let Ok((address, mistake)) = socket_fails(7000, socket_for) else {
        story.skip("this system does not let us try that.");
        return Ok(());
    };
    let right = mistake.is_none();
    story.you(format!("socket_for({address})"), if right { "socket's own error" } else { "something else" });
    story.check(right, "The caller learns why there is no socket.", &mistake.unwrap_or_default())
}

/// A socket that is as it should be can connect, and the server meets it.
fn connect_it(story: &mut Story, listening: &Socket, server: SocketAddr, socket: &Socket) -> io::Result<()> {
    story.step("We connect the socket that you made.");
    // Not connect_timeout: it would not notice a nonblocking socket. The listener is there, so this does not wait.
    let connected = socket.connect(&server.into()).and_then(|()| local_address(socket));
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
    story.wire(handshake(own, server));
    let met = partner::next_client(listening)?.map(|(_, peer)| peer);
    story.server("accept()", met.map_or("nobody came".to_owned(), |peer| format!("a stream to {peer}")));
    story.check(
        met == Some(own),
        "It works, and became a client. It could as well have become a server: that is up to its owner.",
        "Your socket says that it is connected, but the server has not met it.",
    )
}

/// Calls the learner's function, and looks at the socket that comes back.
fn ask_for_one(story: &mut Story, socket_for: SocketFor, address: SocketAddr) -> io::Result<Socket> {
    story.if_it_hangs("Nothing waits when a socket is created: one call is enough, with no loop.");
    let call = format!("socket_for({address})");
    let small_print = SmallPrint::before();
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
    small_print.holds(story, [&socket])?;
    let plain = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    as_plain(story, "The socket that you return", &socket, &plain, &FREE)?;
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
