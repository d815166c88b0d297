//! More listeners. What went well is not told.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use narrator::{LOOPBACK, Story, judge, local_address, partner};
use socket2::{Domain, Socket, Type};

use super::{as_ours, fails, shown_backlog};
use crate::OpenListener;

/// An address that no interface has (RFC 3849).
const NOWHERE_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);

/// Backlogs of all sorts, which listen takes as they are.
pub(super) fn any_number_in_line(story: &mut Story, open_listener: OpenListener) -> io::Result<()> {
    for backlog in [1, 2, 6, 64, 128, 129, 511, 1024, 65_536, -1, i32::MIN] {
        if !cfg!(target_os = "linux") {
            return Ok(());
        }
        let result = open_listener(LOOPBACK, backlog);
        let (ours, _) = partner::listen(backlog)?;
        if !result.as_ref().is_ok_and(|yours| shown_backlog(yours) == shown_backlog(&ours)) {
            story.step(&format!("One more, with a backlog of {backlog}. We compare it with a listener of ours."));
            match result {
                Ok(yours) => as_ours(story, &yours, backlog)?,
                Err(error) => {
                    story.you(format!("open_listener({LOOPBACK}, {backlog})"), &error);
                    return Err(story.mistake(
                        "No call fails here, and your function does. listen takes any number: give it the `backlog` as it is.",
                    ));
                }
            }
        }
    }
    Ok(())
}

/// A free port that the caller chose. Another program may take it meanwhile.
pub(super) fn at_a_certain_port(story: &mut Story, open_listener: OpenListener) -> io::Result<()> {
    let (ours, free) = partner::listen(1)?;
    drop(ours);
    let result = open_listener(free, 5);
    let right = result.as_ref().is_ok_and(|yours| local_address(yours).is_ok_and(|address| address == free));
    let result = result.map(|_| "a socket elsewhere".to_owned());
    if right || partner::listen_at(free, 1).is_err() {
        return Ok(());
    }
    story.step("Your function is asked for a certain port, and it is free.");
    story.name(free, "127.0.0.1:certain");
    story.you(format!("open_listener({free}, 5)"), result);
    Err(story.mistake("A listener can be had there: bind to `address`, with the port that it has."))
}

/// An IPv6 address that has an IPv4 one inside, and one of nobody.
pub(super) fn at_other_ipv6(story: &mut Story, open_listener: OpenListener) -> io::Result<()> {
    let mapped = SocketAddr::new(Ipv4Addr::LOCALHOST.to_ipv6_mapped().into(), 0);
    if let Ok((ours, _)) = partner::listen_at(mapped, 5) {
        let result = open_listener(mapped, 5);
        let address = |listening: &Socket| local_address(listening).ok().map(|address| address.ip());
        if !result.as_ref().is_ok_and(|yours| address(yours) == address(&ours)) {
            story.step("Your function is asked for an IPv6 address that has an IPv4 address inside.");
            story.you(format!("open_listener({mapped}, 5)"), result.map(|_| "a socket elsewhere".to_owned()));
            return Err(story.mistake(
                "A listener can be had there, by an IPv6 socket without any option: let the address decide, with \
                 Domain::for_address, and bind to it.",
            ));
        }
        as_ours(story, &result?, 5)?;
    }
    let nowhere = SocketAddr::from((NOWHERE_V6, 7000));
    match Socket::new(Domain::IPV6, Type::STREAM, None)?.bind(&nowhere.into()) {
        Err(own) if !judge::failed_with(&open_listener(nowhere, 5), own.kind()) => {
            story.step("Your function is asked for an IPv6 address that no interface has.");
            fails(story, nowhere, own.kind(), open_listener)
        }
        _ => Ok(()),
    }
}
