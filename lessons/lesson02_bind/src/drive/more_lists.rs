//! More lists. What went well is not told.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use narrator::partner::LOOPBACK_V6;
use narrator::small_print::SmallPrint;
use narrator::{LOOPBACK, Outcome, Story, errors, local_address};
use socket2::{Domain, Socket, Type};

use super::SOCKET;
use crate::BindFirstFree;

/// Free candidates: one of every interface, a certain port before port 0, two of them before a third. Another program may
/// take a port meanwhile.
pub(super) fn of_free_ones(story: &mut Story, bind_first_free: BindFirstFree) -> io::Result<()> {
    let bind = |address: SocketAddr| {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
        socket.bind(&address.into()).and_then(|()| local_address(&socket))
    };
    let every_interface = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    let mut certain = [bind(LOOPBACK)?, bind(LOOPBACK)?];
    certain.sort();
    let [low, high] = certain;
    for candidates in [&[every_interface, LOOPBACK][..], &[low, LOOPBACK], &[high, low, LOOPBACK], &[low, high]] {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        let said = bind_first_free(&socket, candidates);
        let (bound, first) = (local_address(&socket)?, candidates[0]);
        let first_is = bound.ip() == first.ip() && (first.port() == 0 || bound.port() == first.port());
        drop(socket);
        if first_is && said.as_ref().is_ok_and(|said| *said == bound) || bind(first).is_err() {
            continue;
        }
        story.step("All candidates are free.");
        for (address, name) in [(low, "127.0.0.1:low"), (high, "127.0.0.1:high"), (bound, "its-name")] {
            story.name(address, name);
        }
        for (index, candidate) in candidates.iter().enumerate() {
            story.you(format!("candidates[{index}]"), candidate.to_string());
        }
        story.you("bind_first_free(&socket, &[…])", said.map(|said| said.to_string()));
        story.you("getsockname()", bound.to_string());
        return Err(story.mistake(
            "The first is free: your socket should get it, whichever port it has, and you should return the name that the \
             socket has then.",
        ));
    }
    Ok(())
}

/// Candidates that bind refuses, as not taken: each of them comes before a free one.
pub(super) fn with_more_errors(story: &mut Story, bind_first_free: BindFirstFree) -> io::Result<()> {
    let nobodys = SocketAddr::from((Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1), 0));
    let without_scope = SocketAddr::from((Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1), 0));
    let privileged = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
    for (refused, free) in
        [(nobodys, LOOPBACK_V6), (without_scope, LOOPBACK_V6), (LOOPBACK, LOOPBACK_V6), (privileged, LOOPBACK)]
    {
        let fresh = || Socket::new(Domain::for_address(free), Type::STREAM, None);
        // Which error it is, and whether it is one, is up to the system, and to who runs this.
        let Ok(Err(own)) = fresh().map(|socket| socket.bind(&refused.into())) else { continue };
        if own.kind() == ErrorKind::AddrInUse {
            continue;
        }
        let socket = fresh()?;
        let small_print = SmallPrint::before().lent(SOCKET, &socket);
        let said = bind_first_free(&socket, &[refused, free]);
        let unbound = local_address(&socket).map_or(true, |address| address.port() == 0);
        if said.as_ref().is_err_and(|error| errors::same(error, &own)) && unbound {
            small_print.holds(story, [])?;
            continue;
        }
        story.step(&format!("The first candidate is {refused}, and bind refuses it. The second is free."));
        story.you(
            "bind_first_free(&socket, &[…])",
            said.as_ref().map_or_else(Outcome::from, |_| Outcome::from("an address")),
        );
        return Err(story.mistake(&format!(
            "bind said {:?}, and the caller should get that error at once: only AddrInUse leads on.",
            own.kind()
        )));
    }
    Ok(())
}
