//! The story of lesson 4, to be read from top to bottom while it runs.

use std::io::{self, Read, Write};
use std::net::SocketAddr;

use narrator::kernel::{self, State, connection, listener};
use narrator::wire::{data, handshake};
use narrator::{LOOPBACK, Story, local_address, peer_address};
use socket2::{Domain, Socket, Type};

use crate::{EARLY_SEND, LISTENER_RECV, SERVERS_PORT, WINE_WAITS};

pub(crate) fn walkthrough(story: &mut Story) -> io::Result<()> {
    let (listening, server) = a_server_listens(story)?;
    let client = a_client_connects(story, server)?;
    the_client_sends(story, &client, server)?;
    let _stream = accept_hands_out_a_socket(story, &listening)?;
    a_second_client_comes(story, &listening, local_address(&client)?)?;
    the_listener_is_no_stream(story, &listening)
}

fn a_server_listens(story: &mut Story) -> io::Result<(Socket, SocketAddr)> {
    story.step("A server listens, as lesson 3 left it.");
    let listening = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    listening.bind(&LOOPBACK.into())?;
    listening.listen(5)?;
    let server = local_address(&listening)?;
    story.name(server, "server");
    story.server("socket(), bind(), listen(5)", format!("a listener at {server}"));
    story.kernel(listener(server, 0));
    Ok((listening, server))
}

fn a_client_connects(story: &mut Story, server: SocketAddr) -> io::Result<Socket> {
    story.step("A client connects. The server's program does nothing, as in lesson 3.");
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    let client_address = local_address(&client)?;
    story.name(client_address, "client1");
    story.client(format!("connect({server})"), format!("ok, I am {client_address}"));
    story.wire(handshake(client_address, server));
    story.kernel(listener(server, 1));
    Ok(client)
}

fn the_client_sends(story: &mut Story, client: &Socket, server: SocketAddr) -> io::Result<()> {
    story.step("The client sends 5 bytes. Nobody has called accept.");
    story.ask(&EARLY_SEND);
    let sent = client.send(b"early");
    story.client("send(\"early\")", sent);
    let client1 = local_address(client)?;
    story.wire(data(client1, server, 5));
    story.answer(&EARLY_SEND);

    story.step("The server's kernel has its own end of that connection.");
    story.ask(&SERVERS_PORT);
    story.kernel(connection(server, client1, State::Established).unread(5));
    story.answer(&SERVERS_PORT);
    Ok(())
}

fn accept_hands_out_a_socket(story: &mut Story, listening: &Socket) -> io::Result<Socket> {
    story.step("The server calls accept.");
    let (mut stream, peer) = listening.accept()?;
    let peer = peer.as_socket().ok_or(io::ErrorKind::Unsupported)?;
    story.server("accept()", format!("a stream to {peer}"));
    story.kernel_shows("SO_ACCEPTCONN of the listener", kernel::is_listener(listening).map(passive));
    story.kernel_shows("SO_ACCEPTCONN of the stream", kernel::is_listener(&stream).map(passive));
    let mut buffer = [0; 64];
    let received = stream.read(&mut buffer)?;
    story.server("recv() on the stream", format!("{:?}", String::from_utf8_lossy(&buffer[..received])));
    story.meaning("A new socket, with a descriptor of its own, for this client. The old one is passive, as it was.");
    Ok(stream)
}

fn a_second_client_comes(story: &mut Story, listening: &Socket, client1: SocketAddr) -> io::Result<()> {
    story.step("A second client comes.");
    let server = local_address(listening)?;
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    let client2 = local_address(&client)?;
    story.name(client2, "client2");
    story.client(format!("connect({server})"), format!("ok, I am {client2}"));
    story.wire(handshake(client2, server));

    let (stream, _) = listening.accept()?;
    let (own, peer) = (local_address(&stream)?, peer_address(&stream)?);
    story.server("accept()", format!("a stream to {peer}"));
    story.server("getsockname() on that stream", own.to_string());
    story.kernel(connection(server, client1, State::Established));
    story.kernel(connection(server, client2, State::Established));
    story.kernel(listener(server, 0));
    story.meaning("Three sockets, one port: the pairs differ in the client's address.");
    story.keep_open((client, stream));
    Ok(())
}

fn the_listener_is_no_stream(story: &mut Story, mut listening: &Socket) -> io::Result<()> {
    story.step("The server calls recv and send on its listener.");
    if cfg!(windows) {
        story.skip(WINE_WAITS);
        return Ok(());
    }
    story.ask(&LISTENER_RECV);
    let received = listening.read(&mut [0; 64]);
    story.server("recv() on the listener", received);
    let sent = listening.write(b"hello");
    story.server("send() on the listener", sent);
    story.answer(&LISTENER_RECV);

    story.step("Break it: accept on a socket that does not listen.");
    let bound = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    bound.bind(&LOOPBACK.into())?;
    let accepted = bound.accept().map(drop);
    story.server("accept() without listen", accepted);
    story.meaning("Only listen makes a socket passive. Without it, this one may still become a client.");
    Ok(())
}

/// What the option SO_ACCEPTCONN says of a socket (socket(7)).
fn passive(on: bool) -> String {
    if on { "1: passive" } else { "0: not passive" }.to_owned()
}
