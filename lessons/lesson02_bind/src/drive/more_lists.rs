//! More lists. What went well is not told.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use narrator::partner::LOOPBACK_V6;
use narrator::small_print::SmallPrint;
use narrator::{LOOPBACK, Outcome, Story, errors, local_address};
use socket2::{Domain, Socket, Type};

use super::SOCKET;
use crate::BindFirstFree;

/// Two free candidates: the first has a certain port, the second port 0. Another program may take the port meanwhile.
pub(super) fn of_certain_ports(story: &mut Story, bind_first_free: BindFirstFree) -> io::Result<()> {
    let bind = |address: SocketAddr| {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
        socket.bind(&address.into()).and_then(|()| local_address(&socket))
    };
    for _ in 0..3 {
        let free = bind(LOOPBACK)?;
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        let bound = bind_first_free(&socket, &[free, LOOPBACK]);
        if bound.as_ref().is_ok_and(|bound| *bound == free) && local_address(&socket)? == free {
            return Ok(());
        }
        if bind(free).is_ok() {
            story.step("Two candidates are free. The first has a certain port, the second port 0.");
            story.name(free, "127.0.0.1:certain");
            if let Ok(other) = bound {
                story.name(other, "127.0.0.1:other");
            }
            story.you("bind_first_free(&socket, &[…])", bound);
            return Err(story.mistake("The first is free, and your socket did not get it: try them in their order."));
        }
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
