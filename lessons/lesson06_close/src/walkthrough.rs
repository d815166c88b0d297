//! The story of lesson 6, to be read from top to bottom while it runs.

use std::io::{self, Read};
use std::net::{Shutdown, SocketAddr};

use narrator::kernel::{State, connection, no_connection};
use narrator::wire::{data, fin, handshake, refused, reset};
use narrator::{LOOPBACK, Story, local_address};
use socket2::{Domain, Socket, Type};

use crate::{ANSWER_AFTER_THE_END, BYTES_UNREAD, CLONE_LEFT, HOW_MANY_FINS, LISTENER_CLOSED};

pub(crate) fn walkthrough(story: &mut Story) -> io::Result<()> {
    let (listening, server) = a_server_listens(story)?;
    let client = connect(story, server, "client1")?;
    let client2 = connect(story, server, "client2")?;
    let (stream, _) = listening.accept()?;
    let (stream2, _) = listening.accept()?;
    story.server("accept(), accept()", "a stream to each");

    a_client_half_closes(story, &client, &stream)?;
    the_server_still_answers(story, &client, &stream)?;
    let clone = a_clone_keeps_it_open(story, &client, stream)?;
    the_clone_goes_too(story, &client, clone, &client2)?;
    the_listener_closes(story, listening, &client2, &stream2)?;
    bytes_are_left_unread(story, &client2, stream2)
}

fn a_server_listens(story: &mut Story) -> io::Result<(Socket, SocketAddr)> {
    story.step("A server and two clients, as lesson 4 left them.");
    let listening = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    listening.bind(&LOOPBACK.into())?;
    listening.listen(5)?;
    let server = local_address(&listening)?;
    story.name(server, "server");
    story.server("socket(), bind(), listen(5)", format!("a listener at {server}"));
    Ok((listening, server))
}

fn a_client_half_closes(story: &mut Story, client: &Socket, mut stream: &Socket) -> io::Result<()> {
    let (server, client1) = (local_address(stream)?, local_address(client)?);
    let mut buffer = [0; 64];
    story.step("The first client sends its last bytes, and says that they are the last.");
    let sent = client.send(b"over!");
    story.client("send(\"over!\")", sent);
    story.wire(data(client1, server, 5));
    let done = client.shutdown(Shutdown::Write);
    story.client("shutdown(SHUT_WR)", done);
    story.wire(fin(client1, server));
    let received = stream.read(&mut buffer);
    story.server("recv()", said(received, &buffer));
    let received = stream.read(&mut buffer);
    story.server("recv()", said(received, &buffer));
    story.kernel(connection(client1, server, State::FinWait2));
    story.kernel(connection(server, client1, State::CloseWait));
    story.meaning("shutdown sent a FIN, an end mark, behind the bytes. It has arrived.");
    Ok(())
}

fn the_server_still_answers(story: &mut Story, mut client: &Socket, stream: &Socket) -> io::Result<()> {
    let (server, client1) = (local_address(stream)?, local_address(client)?);
    story.step("The server has read the end. Now it sends its answer.");
    story.ask(&ANSWER_AFTER_THE_END);
    let sent = stream.send(b"and out");
    story.server("send(\"and out\")", sent);
    story.wire(data(server, client1, 7));
    let mut buffer = [0; 64];
    let received = client.read(&mut buffer);
    story.client("recv()", said(received, &buffer));
    let sent = client.send(b"wait!");
    story.client("send(\"wait!\")", sent);
    story.answer(&ANSWER_AFTER_THE_END);
    Ok(())
}

/// Returns the clone.
fn a_clone_keeps_it_open(story: &mut Story, client: &Socket, stream: Socket) -> io::Result<Socket> {
    let (server, client1) = (local_address(&stream)?, local_address(client)?);
    story.step("The server makes a clone of its stream, and closes the stream.");
    story.ask(&CLONE_LEFT);
    let clone = stream.try_clone()?;
    story.server("fcntl(F_DUPFD_CLOEXEC)", "try_clone: a second handle");
    drop(stream);
    story.server("close()", "ok");
    story.kernel(connection(server, client1, State::CloseWait));
    story.kernel(connection(client1, server, State::FinWait2));
    story.answer(&CLONE_LEFT);
    Ok(clone)
}

fn the_clone_goes_too(story: &mut Story, mut client: &Socket, clone: Socket, client2: &Socket) -> io::Result<()> {
    let (server, client1, second) = (local_address(&clone)?, local_address(client)?, local_address(client2)?);
    story.step("The clone is closed, too.");
    drop(clone);
    story.server("close() on the clone", "ok");
    story.ask_of_the_wire(&HOW_MANY_FINS);
    story.wire(fin(server, client1));
    story.answer_of_the_wire(&HOW_MANY_FINS);
    let mut buffer = [0; 64];
    let received = client.read(&mut buffer);
    story.client("recv()", said(received, &buffer));
    story.kernel(no_connection(server, client1));
    story.kernel(connection(client1, server, State::TimeWait));
    story.kernel(connection(second, server, State::Established));
    story.meaning(
        "Whoever ends first is left with TIME_WAIT (lesson 7). Closing that stream ended that client only: the second \
         one has noticed nothing.",
    );
    Ok(())
}

/// The listener is a socket of its own: what its end means, and to whom.
fn the_listener_closes(story: &mut Story, listening: Socket, client2: &Socket, mut stream2: &Socket) -> io::Result<()> {
    let (server, second) = (local_address(&listening)?, local_address(client2)?);
    story.step("A third client is in the queue. The server closes its listener.");
    story.ask(&LISTENER_CLOSED);
    let client3 = connect(story, server, "client3")?;
    let client3_address = local_address(&client3)?;
    drop(listening);
    story.server("close() on the listener", "ok");
    story.wire(reset(server, client3_address));
    let mut buffer = [0; 64];
    let received = (&client3).read(&mut buffer);
    story.client("recv() by the third", said(received, &buffer));
    let sent = client2.send(b"still here");
    story.client("send(\"still here\") by the second", sent);
    story.wire(data(second, server, 10));
    let received = stream2.read(&mut buffer);
    story.server("recv() from the second", said(received, &buffer));
    let client4 = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let connected = client4.connect(&server.into());
    story.client(format!("connect({server})"), connected);
    story.wire_of("client4", refused(server));
    story.answer(&LISTENER_CLOSED);
    Ok(())
}

/// An end that is no goodbye.
fn bytes_are_left_unread(story: &mut Story, mut client2: &Socket, stream2: Socket) -> io::Result<()> {
    let (server, second) = (local_address(&stream2)?, local_address(client2)?);
    story.step("The server sends \"bye\" and closes. 5 bytes of the client lie unread.");
    story.ask(&BYTES_UNREAD);
    let sent = client2.send(b"wait!");
    story.client("send(\"wait!\")", sent);
    story.wire(data(second, server, 5));
    let sent = stream2.send(b"bye");
    story.server("send(\"bye\")", sent);
    story.wire(data(server, second, 3));
    story.kernel(connection(server, second, State::Established).unread(5));
    story.kernel(connection(second, server, State::Established).unread(3));
    drop(stream2);
    story.server("close()", "ok");
    story.wire(reset(server, second));
    // Linux hands out what had arrived before the reset. Do not rely on it: TCP may throw it away (RFC 9293 §3.10.7.4).
    let mut buffer = [0; 64];
    for _ in 0..3 {
        let received = client2.read(&mut buffer);
        story.client("recv()", said(received, &buffer));
    }
    story.answer(&BYTES_UNREAD);
    Ok(())
}

/// A new client, as in lesson 4.
fn connect(story: &mut Story, server: SocketAddr, role: &str) -> io::Result<Socket> {
    let client = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    client.connect(&server.into())?;
    let address = local_address(&client)?;
    story.name(address, role);
    story.client(format!("connect({server})"), format!("ok, I am {address}"));
    story.wire(handshake(address, server));
    Ok(client)
}

/// What a recv brought: a text, or no bytes, which is the end.
fn said(received: io::Result<usize>, buffer: &[u8]) -> io::Result<String> {
    received.map(|received| match received {
        0 => "0 bytes".to_owned(),
        _ => format!("{:?}", String::from_utf8_lossy(&buffer[..received])),
    })
}
