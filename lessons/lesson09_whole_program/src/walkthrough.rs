//! The story of lesson 9, to be read from top to bottom while it runs.

use std::io::{self, Read};
use std::net::SocketAddr;
use std::time::Duration;

use narrator::kernel::{State, connection, listener};
use narrator::wire::{ack, data, fin, handshake, reset};
use narrator::{LOOPBACK, Story, local_address};
use socket2::{Domain, Socket, Type};

use crate::server::open;
use crate::{ANSWER, GREETING, ONE_RECV, ONE_THREAD, WHAT_ENDS, WHOSE_TIME_WAIT};

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
    let sent = stream.send(GREETING.as_bytes());
    story.server(format!("send(\"{GREETING}\")"), sent);
    story.wire(data(server, client_address, 24));
    story.kernel(connection(client_address, server, State::Established).unread(24));

    story.step("The client receives by one recv of at most 1024 bytes.");
    story.ask(&ONE_RECV);
    let greeting = words(&mut client);
    story.client("recv()", greeting);
    story.answer(&ONE_RECV);

    story.step("The client answers and closes. The server receives to the end, and closes.");
    story.ask(&WHOSE_TIME_WAIT);
    let sent = client.send(ANSWER.as_bytes());
    story.client("send() of the answer", sent);
    story.wire(data(client_address, server, 18));
    drop(client);
    story.client("close()", "ok");
    story.wire(fin(client_address, server));
    let answer = words(&mut stream);
    story.server("recv()", answer);
    let end = stream.read(&mut [0; 64]);
    story.server("recv()", end);
    drop(stream);
    story.server("close()", "ok");
    story.wire(fin(server, client_address));
    story.kernel(connection(client_address, server, State::TimeWait));
    story.answer(&WHOSE_TIME_WAIT);
    Ok(())
}

fn somebody_breaks_off(story: &mut Story, listening: &Socket, server: SocketAddr) -> io::Result<()> {
    story.step("Two clients come, and one of them breaks the connection off.");
    let (rude, mut lost) = meet(story, "rude", listening, server)?;
    let (polite, mut kept) = meet(story, "polite", listening, server)?;
    let (rude_address, polite_address) = (local_address(&rude)?, local_address(&polite)?);
    story.ask(&WHAT_ENDS);
    rude.set_linger(Some(Duration::ZERO))?;
    drop(rude);
    story.client("close() by rude, with linger 0", "ok");
    story.wire(reset(rude_address, server));
    let broken_off = words(&mut lost);
    story.server("recv() from rude", broken_off);
    drop(lost);
    story.server("close() of that stream", "ok");
    let sent = polite.send(b"over");
    story.client("send(\"over\") by polite", sent);
    story.wire(data(polite_address, server, 4));
    let over = words(&mut kept);
    story.server("recv() from polite", over);
    story.answer(&WHAT_ENDS);
    story.keep_open((polite, kept));
    Ok(())
}

fn somebody_is_silent(story: &mut Story, listening: &Socket, server: SocketAddr) -> io::Result<()> {
    story.step("A server with one thread. A client comes and is silent. A second comes.");
    let (silent, mut stream) = meet(story, "silent", listening, server)?;
    let second = arrive(story, "second", server)?;
    story.ask(&ONE_THREAD);
    stream.set_read_timeout(Some(Duration::from_millis(100)))?;
    story.server("setsockopt(SO_RCVTIMEO)", "100 ms");
    let silence = words(&mut stream);
    story.server("recv() from silent", silence);
    story.kernel(listener(server, 1));
    let (its_stream, peer) = listening.accept()?;
    let peer = peer.as_socket().ok_or(io::ErrorKind::Unsupported)?;
    story.server("accept()", format!("a stream to {peer}"));
    story.answer(&ONE_THREAD);
    story.keep_open((silent, stream, second, its_stream));
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
    story.wire(fin(server, last));
    drop(client);
    story.client("close()", "ok");
    story.wire(fin(last, server));
    story.wire(ack(server, last));
    drop(listening);
    story.server("close() of the listener", "ok");
    story.kernel(connection(server, last, State::TimeWait));
    let listening = open(server)?;
    story.server("bind(), listen(1024)", "a listener again");
    story.kernel(listener(server, 0));
    story.meaning("Both lives set SO_REUSEADDR before bind (lesson 7).");
    story.keep_open(listening);
    Ok(())
}

/// A client that the server has accepted: both ends.
fn meet(story: &mut Story, role: &str, listening: &Socket, server: SocketAddr) -> io::Result<(Socket, Socket)> {
    let client = arrive(story, role, server)?;
    let (stream, _) = listening.accept()?;
    let address = local_address(&client)?;
    story.server("accept()", format!("a stream to {address}"));
    Ok((client, stream))
}

/// A client that is connected, and not accepted yet.
fn arrive(story: &mut Story, role: &str, server: SocketAddr) -> io::Result<Socket> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    let address = local_address(&client)?;
    story.name(address, role);
    story.client(format!("socket(), connect({server})"), format!("I am {address}"));
    story.wire(handshake(address, server));
    Ok(client)
}

/// What one recv brings, as a text.
fn words(stream: &mut Socket) -> io::Result<String> {
    let mut buffer = [0; 1024];
    let received = stream.read(&mut buffer)?;
    Ok(format!("{:?}", String::from_utf8_lossy(&buffer[..received])))
}
