//! The story of this lesson, to be read from top to bottom while it runs.

use std::io::{self, Read};
use std::net::{Shutdown, SocketAddr};

use narrator::kernel::{State, connection, no_connection};
use narrator::{LOOPBACK, Story, local_address};
use socket2::{Domain, Socket, Type};

// ANCHOR: walkthrough
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

// ANCHOR: half-close
fn a_client_half_closes(story: &mut Story, client: &Socket, mut stream: &Socket) -> io::Result<()> {
    let (server, client1) = (local_address(stream)?, local_address(client)?);
    let mut buffer = [0; 64];
    story.step("The first client has said all it wants to say, and half-closes.");
    story.client("send(\"over!\")", client.send(b"over!"));
    story.client("shutdown(SHUT_WR)", client.shutdown(Shutdown::Write));
    story.server("recv()", said(stream.read(&mut buffer), &buffer));
    story.server("recv()", said(stream.read(&mut buffer), &buffer));
    story.kernel(connection(client1, server, State::FinWait2));
    story.kernel(connection(server, client1, State::CloseWait));
    story.meaning(
        "shutdown sent a FIN behind the bytes. FIN_WAIT_2: it has arrived, the other side's has not come. CLOSE_WAIT: \
         this side's turn to close.",
    );
    Ok(())
}

fn the_server_still_answers(story: &mut Story, mut client: &Socket, stream: &Socket) -> io::Result<()> {
    let mut buffer = [0; 64];
    story.step("Half-closed is not deaf: the server still answers.");
    story.server("send(\"and out\")", stream.send(b"and out"));
    story.client("recv()", said(client.read(&mut buffer), &buffer));
    story.client("send(\"wait!\")", client.send(b"wait!"));
    story.meaning("Each direction ends on its own: the client gave up sending, no more.");
    Ok(())
}
// ANCHOR_END: half-close

/// Returns the clone.
fn a_clone_keeps_it_open(story: &mut Story, client: &Socket, stream: Socket) -> io::Result<Socket> {
    let (server, client1) = (local_address(&stream)?, local_address(client)?);
    story.step("Break it: the server closes its stream, but has a clone.");
    story.ask("Does the client see an end now?", &["yes", "no"]);
    let clone = stream.try_clone()?;
    story.server("fcntl(F_DUPFD_CLOEXEC)", "try_clone: a second handle");
    drop(stream);
    story.server("close()", "ok");
    story.kernel(connection(server, client1, State::CloseWait));
    story.kernel(connection(client1, server, State::FinWait2));
    story.meaning(
        "b) no: two handles, one socket. close lets go of a handle, and only the last one sends the FIN. shutdown acts \
         on the socket itself.",
    );
    Ok(clone)
}

fn the_clone_goes_too(story: &mut Story, mut client: &Socket, clone: Socket, client2: &Socket) -> io::Result<()> {
    let (server, client1) = (local_address(&clone)?, local_address(client)?);
    let mut buffer = [0; 64];
    story.step("The clone goes too.");
    drop(clone);
    story.server("close() on the clone", "ok");
    story.client("recv()", said(client.read(&mut buffer), &buffer));
    story.kernel(no_connection(server, client1));
    story.kernel(connection(client1, server, State::TimeWait));
    story.kernel(connection(local_address(client2)?, server, State::Established));
    story.meaning(
        "Whoever ends first is left with TIME_WAIT (lesson 7). Closing that stream ended that client only: the second \
         one has noticed nothing.",
    );
    Ok(())
}

/// The listener is a socket of its own: what its end means, and to whom.
fn the_listener_closes(story: &mut Story, listening: Socket, client2: &Socket, mut stream2: &Socket) -> io::Result<()> {
    let server = local_address(&listening)?;
    let mut buffer = [0; 64];

    story.step("Break it: close the listener while a third client is in its queue.");
    story.ask("Who loses the connection?", &["both clients", "the third", "nobody"]);
    let client3 = connect(story, server, "client3")?;
    drop(listening);
    story.server("close() on the listener", "ok");
    story.client("recv() by the third", said((&client3).read(&mut buffer), &buffer));
    story.client("send(\"still here\") by the second", client2.send(b"still here"));
    story.server("recv() from the second", said(stream2.read(&mut buffer), &buffer));
    let client4 = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    story.client(format!("connect({server})"), client4.connect(&server.into()));
    story.meaning(
        "b) the third: nobody can accept it any more, so the kernel resets it. Who was accepted goes on, who comes now \
         is refused. Close a listener with care: first accept who waits.",
    );
    Ok(())
}

/// An end that is no goodbye.
fn bytes_are_left_unread(story: &mut Story, mut client2: &Socket, stream2: Socket) -> io::Result<()> {
    let (server, second) = (local_address(&stream2)?, local_address(client2)?);
    let mut buffer = [0; 64];

    story.step("Break it: close a stream with bytes in it that nobody has read.");
    story.ask("The client will read \"bye\". And then?", &["0, the end", "an error"]);
    story.client("send(\"wait!\")", client2.send(b"wait!"));
    story.server("send(\"bye\")", stream2.send(b"bye"));
    story.kernel(connection(server, second, State::Established).unread(5));
    story.kernel(connection(second, server, State::Established).unread(3));
    drop(stream2);
    story.server("close()", "ok");
    // Linux hands out what had arrived before the reset. Do not rely on it: TCP may throw it away (RFC 9293 §3.10.7.4).
    story.client("recv()", said(client2.read(&mut buffer), &buffer));
    story.client("recv()", said(client2.read(&mut buffer), &buffer));
    story.client("recv()", said(client2.read(&mut buffer), &buffer));
    story.meaning(
        "b) an error, once, then 0. Bytes were lost, so the kernel sent a reset, no FIN (RFC 9293 §3.6.1). Hear your peer \
         out before you close.",
    );
    Ok(())
}

/// A new client, as in lesson 4.
fn connect(story: &mut Story, server: SocketAddr, role: &str) -> io::Result<Socket> {
    let client = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    client.connect(&server.into())?;
    let address = local_address(&client)?;
    story.name(address, role);
    story.client(format!("connect({server})"), format!("ok, I am {address}"));
    Ok(client)
}

// ANCHOR: said
/// What a recv brought: a text, or no bytes, which is the end.
fn said(received: io::Result<usize>, buffer: &[u8]) -> io::Result<String> {
    received.map(|received| match received {
        0 => "0 bytes".to_owned(),
        _ => format!("{:?}", String::from_utf8_lossy(&buffer[..received])),
    })
}
// ANCHOR_END: said
// ANCHOR_END: walkthrough
