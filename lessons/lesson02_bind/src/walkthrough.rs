//! The story of lesson 2, to be read from top to bottom while it runs.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr};

use narrator::kernel::no_listener;
use narrator::wire::handshake;
use narrator::{LOOPBACK, Story, local_address};
use socket2::{Domain, Socket, Type};

use crate::{NO_ADDRESS, NOT_OURS, PORT_0, SAME_NAME};

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
    let name = local_address(&socket);
    story.server("getsockname()", name);
    story.meaning("A socket's name is an address and a port. 0.0.0.0:0 says that it has neither.");

    story.step("The server calls bind: loopback, and port 0.");
    story.ask(&PORT_0);
    socket.bind(&LOOPBACK.into())?;
    let server = socket.local_addr()?.as_socket().ok_or(ErrorKind::Unsupported)?;
    story.name(server, "127.0.0.1:server");
    story.server(format!("bind({LOOPBACK})"), "ok");
    story.server("getsockname()", server.to_string());
    story.answer(&PORT_0);

    story.step("It has a name. Does it listen?");
    // The tables that `ss -tan` prints hold sockets that listen or are connected; names are kept in one of their own.
    story.kernel(no_listener(server));
    story.meaning("No: bound is not listening. The kernel's table, which ss shows, has only sockets that listen or have a connection.");
    Ok((socket, server))
}

fn another_wants_the_same(story: &mut Story, server: SocketAddr) -> io::Result<()> {
    story.step("Another socket asks for the same address and port.");
    story.ask(&SAME_NAME);
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
    let renamed = another.bind(&LOOPBACK.into());
    story.server(format!("bind({LOOPBACK}), once more"), renamed);
    story.answer(&SAME_NAME);
    story.meaning(
        "A bind that fails changes nothing, so the socket may try another name. Once it has one, it keeps it (bind(2)).",
    );
    story.keep_open(another);
    Ok(())
}

fn a_client_needs_none(story: &mut Story, socket: &Socket, server: SocketAddr) -> io::Result<()> {
    story.step("A client does not bind: connect names it.");
    // So that there is somebody to connect to.
    socket.listen(1)?;
    story.server("listen(1), as in lesson 3", "ok");
    let client = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let name = local_address(&client);
    story.client("getsockname()", name);
    client.connect(&server.into())?;
    let client_address = local_address(&client)?;
    story.name(client_address, "127.0.0.1:client");
    story.client(format!("connect({server})"), "ok");
    story.wire(handshake(client_address, server));
    story.client("getsockname()", client_address.to_string());
    story.meaning(
        "A server binds, because clients must know beforehand where to go. Nobody has to know a client's port \
         beforehand: the kernel chooses one, and the server learns it as the client comes.",
    );
    story.keep_open(client);
    Ok(())
}

fn loopback_or_every_interface(story: &mut Story) -> io::Result<()> {
    story.step("Loopback, or every interface.");
    let every_interface = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    let open = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    open.bind(&every_interface.into())?;
    let open_address = local_address(&open)?;
    story.name(open_address, "0.0.0.0:open");
    story.server(format!("bind({every_interface})"), "ok");
    story.server("getsockname()", open_address.to_string());
    // And so it ends here: nothing in this course listens on another interface than loopback.
    story.meaning(
        "In bind, 0.0.0.0 is every address of this machine (INADDR_ANY, ip(7)). If this socket listened, \
         whoever reaches the machine would reach it. By default 127.0.0.1 is reached from this machine alone.",
    );
    story.keep_open(open);
    Ok(())
}

fn no_such_address(story: &mut Story) -> io::Result<()> {
    story.step("The server asks for 192.0.2.1, which is not this machine's address.");
    story.ask(&NOT_OURS);
    // 192.0.2.0/24 is kept for examples in books (RFC 5737), so no interface should have it.
    let example = SocketAddr::from(([192, 0, 2, 1], 0));
    let stray = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let refused = stray.bind(&example.into());
    story.server(format!("bind({example})"), refused);
    story.answer(&NOT_OURS);

    story.step("Break it: bind to 192.168.22.888, as a popular tutorial does.");
    story.ask(&NO_ADDRESS);
    if let Err(error) = "192.168.22.888:9999".parse::<SocketAddr>() {
        story.server("\"192.168.22.888:9999\".parse()", error.to_string());
    }
    if let Err(error) = "192.168.22.888".parse::<Ipv4Addr>() {
        story.server("\"192.168.22.888\".parse()", error.to_string());
    }
    story.answer(&NO_ADDRESS);
    Ok(())
}
