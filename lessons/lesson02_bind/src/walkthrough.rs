//! The story of this lesson, to be read from top to bottom while it runs.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr};

use narrator::kernel::no_listener;
use narrator::{LOOPBACK, Story, local_address};
use socket2::{Domain, Socket, Type};

// ANCHOR: walkthrough
pub(crate) fn walkthrough(story: &mut Story) -> io::Result<()> {
    let (socket, server) = a_socket_gets_its_name(story)?;
    another_wants_the_same(story, server)?;
    a_client_needs_none(story, &socket, server)?;
    loopback_or_every_interface(story)?;
    no_such_address(story)
}

fn a_socket_gets_its_name(story: &mut Story) -> io::Result<(Socket, SocketAddr)> {
    story.step("A fresh socket has no name.");
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    story.server("socket()", "a TCP socket");
    // getsockname(2), as the next step writes it out. Windows calls a socket without a name an error, InvalidInput.
    story.server("getsockname()", local_address(&socket));
    story.meaning("A socket's name is an address and a port. 0.0.0.0:0 says that it has neither.");

    story.step("bind gives it one: loopback, and port 0.");
    story.ask("Which port will the socket have?", &["0", "a free one", "none, it is an error"]);
    // ANCHOR: bind
    socket.bind(&LOOPBACK.into())?;
    let server = socket.local_addr()?.as_socket().ok_or(ErrorKind::Unsupported)?;
    story.name(server, "127.0.0.1:server");
    story.server(format!("bind({LOOPBACK})"), "ok");
    story.server("getsockname()", server.to_string());
    // ANCHOR_END: bind
    story.meaning("b) a free one: port 0 lets the kernel choose (ip(7)). What it chose, only getsockname tells.");

    story.step("It has a name. Does it listen?");
    // The tables that `ss -tan` prints hold sockets that listen or are connected; names are kept in one of their own.
    story.kernel(no_listener(server));
    story.meaning(
        "No: bound is not listening. The kernel keeps the name for it, but ss does not show it, and a client \
         would be refused (lesson 3).",
    );
    Ok((socket, server))
}

// ANCHOR: taken
fn another_wants_the_same(story: &mut Story, server: SocketAddr) -> io::Result<()> {
    story.step("Break it: bind another socket to the same port.");
    story.ask("Nobody listens there. Is the port taken?", &["yes", "no"]);
    let another = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    match another.bind(&server.into()) {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            story.server(format!("bind({server})"), &error);
            // A bind that fails leaves the socket as it was. So the same socket can try again: here with any free port.
            another.bind(&LOOPBACK.into())?;
        }
        // Anything else is not about who has the port, and would fail with the next port as well.
        Err(error) => return Err(error),
        Ok(()) => {}
    }
    let free = local_address(&another)?;
    story.name(free, "127.0.0.1:another");
    story.server(format!("bind({LOOPBACK}), same socket"), "ok");
    story.server("getsockname()", free.to_string());
    story.server(format!("bind({LOOPBACK}), once more"), another.bind(&LOOPBACK.into()));
    story.meaning(
        "a) yes: bind alone takes the port. A bind that fails changes nothing, so the socket may try another \
         name; once it has one, it keeps it (bind(2)).",
    );
    story.keep_open(another);
    Ok(())
}
// ANCHOR_END: taken

// ANCHOR: client
fn a_client_needs_none(story: &mut Story, socket: &Socket, server: SocketAddr) -> io::Result<()> {
    story.step("A client does not bind: connect names it.");
    // So that there is somebody to connect to.
    socket.listen(1)?;
    story.server("listen(1), as in lesson 3", "ok");
    let client = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    story.client("getsockname()", local_address(&client));
    client.connect(&server.into())?;
    let client_address = local_address(&client)?;
    story.name(client_address, "127.0.0.1:client");
    story.client(format!("connect({server})"), "ok");
    story.client("getsockname()", client_address.to_string());
    story.meaning(
        "A server binds, because clients must know beforehand where to go. Nobody has to know a client's port \
         beforehand: the kernel chooses one, and the server learns it as the client comes.",
    );
    story.keep_open(client);
    Ok(())
}
// ANCHOR_END: client

fn loopback_or_every_interface(story: &mut Story) -> io::Result<()> {
    story.step("Loopback, or every interface.");
    // ANCHOR: every-interface
    let every_interface = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    let open = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    open.bind(&every_interface.into())?;
    let open_address = local_address(&open)?;
    story.name(open_address, "0.0.0.0:open");
    story.server(format!("bind({every_interface})"), "ok");
    story.server("getsockname()", open_address.to_string());
    // ANCHOR_END: every-interface
    // And so it ends here: nothing in this course listens on another interface than loopback.
    story.meaning(
        "In bind, 0.0.0.0 is every address of this machine (INADDR_ANY, ip(7)). If this socket listened, \
         whoever reaches the machine would reach it. 127.0.0.1 is reached from this machine alone.",
    );
    story.keep_open(open);
    Ok(())
}

fn no_such_address(story: &mut Story) -> io::Result<()> {
    story.step("Break it: bind to an address that is not this machine's.");
    // 192.0.2.0/24 is kept for examples in books (RFC 5737), so no interface should have it.
    let example = SocketAddr::from(([192, 0, 2, 1], 0));
    let stray = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    story.server(format!("bind({example})"), stray.bind(&example.into()));
    story.meaning(
        "bind takes an address that this machine has already. It gives the machine no new one, so another port would \
         not help.",
    );

    story.step("Break it: bind to 192.168.22.888, as a popular tutorial does.");
    story.ask("Which call refuses it?", &["socket", "bind", "neither"]);
    if let Err(error) = "192.168.22.888:9999".parse::<SocketAddr>() {
        story.server("\"192.168.22.888:9999\".parse()", error.to_string());
    }
    if let Err(error) = "192.168.22.888".parse::<Ipv4Addr>() {
        story.server("\"192.168.22.888\".parse()", error.to_string());
    }
    story.meaning(
        "c) neither: each of the four numbers is an octet, 0 to 255, and 888 does not fit. There is no address to \
         call bind with, so the kernel is never asked.",
    );
    Ok(())
}
// ANCHOR_END: walkthrough
