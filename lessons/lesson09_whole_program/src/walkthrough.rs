//! The story of this lesson, to be read from top to bottom while it runs.

use std::io::{self, Read};
use std::net::SocketAddr;
use std::time::Duration;

use narrator::kernel::{State, connection, listener};
use narrator::{LOOPBACK, Story, local_address};
use socket2::{Domain, Socket, Type};

use crate::server::open;
use crate::{ANSWER, GREETING};

// ANCHOR: walkthrough
pub(crate) fn walkthrough(story: &mut Story) -> io::Result<()> {
    let listening = the_server_opens(story, LOOPBACK)?;
    let server = local_address(&listening)?;
    a_whole_conversation(story, &listening, server)?;
    somebody_breaks_off(story, &listening, server)?;
    somebody_is_silent(story, &listening, server)?;
    the_server_starts_again(story, listening, server)
}

/// By `open`, as the server's own program does: it stands in server.rs.
fn the_server_opens(story: &mut Story, address: SocketAddr) -> io::Result<Socket> {
    story.step("The server: create, bind, listen. SO_REUSEADDR is set from the start.");
    let listening = open(address)?;
    let server = local_address(&listening)?;
    story.name(server, "server");
    story.server("socket(), setsockopt(SO_REUSEADDR)", "ok");
    story.server("bind(), listen(1024)", format!("a listener at {server}"));
    Ok(listening)
}

fn a_whole_conversation(story: &mut Story, listening: &Socket, server: SocketAddr) -> io::Result<()> {
    story.step("The client: create, connect. The server accepts, and greets.");
    let (mut client, mut stream) = meet(story, "client", listening, server)?;
    let client_address = local_address(&client)?;
    story.server(format!("send(\"{GREETING}\")"), stream.send(GREETING.as_bytes()));
    story.kernel(connection(client_address, server, State::Established).unread(24));

    story.step("The client receives by one recv of at most 1024 bytes.");
    story.ask("Is that sure to be the whole greeting?", &["yes, it is short", "no"]);
    story.client("recv()", words(&mut client));
    story.meaning(
        "b) no: it was the whole, since all 24 bytes were there. Nothing in this protocol says where the greeting ends, \
         so over a slow network one recv may bring a piece, and the client could not tell.",
    );

    story.step("The client answers and closes. The server receives to the end, and closes.");
    story.client("send() of the answer", client.send(ANSWER.as_bytes()));
    drop(client);
    story.client("close()", "ok");
    story.server("recv()", words(&mut stream));
    story.server("recv()", stream.read(&mut [0; 64]));
    drop(stream);
    story.server("close()", "ok");
    story.kernel(connection(client_address, server, State::TimeWait));
    story.meaning("0 bytes: the client is done, so the server has all of the answer. TIME_WAIT is left to the client.");
    Ok(())
}

// ANCHOR: reset
fn somebody_breaks_off(story: &mut Story, listening: &Socket, server: SocketAddr) -> io::Result<()> {
    story.step("Break it: of two clients, one breaks the connection off.");
    story.ask("What becomes of the other?", &["it is reset, too", "nothing"]);
    let (rude, mut lost) = meet(story, "rude", listening, server)?;
    let (polite, mut kept) = meet(story, "polite", listening, server)?;
    rude.set_linger(Some(Duration::ZERO))?;
    drop(rude);
    story.client("close() by rude, with linger 0", "ok");
    story.server("recv() from rude", words(&mut lost));
    story.client("send(\"over\") by polite", polite.send(b"over"));
    story.server("recv() from polite", words(&mut kept));
    story.meaning(
        "b) nothing: each client has a socket of its own, and in our server a thread of its own, so nobody waits.",
    );
    story.keep_open((polite, kept));
    Ok(())
}
// ANCHOR_END: reset

fn somebody_is_silent(story: &mut Story, listening: &Socket, server: SocketAddr) -> io::Result<()> {
    story.step("Break it: a client connects, and says nothing.");
    let (client, mut stream) = meet(story, "silent", listening, server)?;
    stream.set_read_timeout(Some(Duration::from_millis(100)))?;
    story.server("setsockopt(SO_RCVTIMEO)", "100 ms");
    story.server("recv()", words(&mut stream));
    story.meaning("Without a deadline this thread would wait for ever. The server that you run gives everybody 30 s.");
    story.keep_open((client, stream));
    Ok(())
}

fn the_server_starts_again(story: &mut Story, listening: Socket, server: SocketAddr) -> io::Result<()> {
    story.step("The server ends, and is started again at once.");
    if cfg!(windows) {
        story.skip("how Windows frees a port was not tried");
        return Ok(());
    }
    let (client, stream) = meet(story, "last", &listening, server)?;
    let last = local_address(&client)?;
    // The server closes first, so that the connection lingers on its side: the hard case.
    drop(stream);
    story.server("close() of the stream", "ok");
    drop(client);
    story.client("close()", "ok");
    drop(listening);
    story.server("close() of the listener", "ok");
    story.kernel(connection(server, last, State::TimeWait));
    let listening = open(server)?;
    story.server("bind(), listen(1024)", "a listener again");
    story.kernel(listener(server, 0));
    story.meaning("Both lives set SO_REUSEADDR before bind, so TIME_WAIT does not hold the port (lesson 7).");
    story.keep_open(listening);
    Ok(())
}

/// A client that the server has accepted: both ends.
fn meet(story: &mut Story, role: &str, listening: &Socket, server: SocketAddr) -> io::Result<(Socket, Socket)> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    let address = local_address(&client)?;
    story.name(address, role);
    story.client(format!("socket(), connect({server})"), format!("I am {address}"));
    let (stream, _) = listening.accept()?;
    story.server("accept()", format!("a stream to {address}"));
    Ok((client, stream))
}

/// What one recv brings, as a text.
fn words(stream: &mut Socket) -> io::Result<String> {
    let mut buffer = [0; 1024];
    let received = stream.read(&mut buffer)?;
    Ok(format!("{:?}", String::from_utf8_lossy(&buffer[..received])))
}
// ANCHOR_END: walkthrough
