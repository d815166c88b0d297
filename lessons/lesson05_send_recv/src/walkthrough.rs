//! The story of lesson 5, to be read from top to bottom while it runs.

use std::io::{self, ErrorKind, Read, Write};
use std::mem::MaybeUninit;
use std::net::Shutdown;
use std::str::{self, Utf8Error};

use narrator::kernel::{self, State, connection};
use narrator::scripted::{Act, Scripted};
use narrator::wire::{data, fin, handshake};
use narrator::{LOOPBACK, Story, local_address, partner, peer_address};
use socket2::{Domain, Socket, Type};

use crate::{
    AFTER_THE_LAST, ANSWER, BIG_SEND, GREETING, INTERRUPTED, PIECE_OF_TEXT, TWO_RECVS, TWO_SEGMENTS, TWO_SENDS,
};

pub(crate) fn walkthrough(story: &mut Story) -> io::Result<()> {
    let (listening, mut client, mut stream) = a_server_and_a_client(story)?;
    the_greeting_comes_in_pieces(story, &mut client, &mut stream)?;
    a_piece_is_decoded(story, &mut client, &mut stream)?;
    the_client_is_done(story, &client, &mut stream)?;
    let (_client2, mut stream2) = two_sends_one_recv(story, &listening)?;
    a_send_that_must_not_wait(story, &mut stream2)?;
    trouble_by_script(story);
    Ok(())
}

fn a_server_and_a_client(story: &mut Story) -> io::Result<(Socket, Socket, Socket)> {
    story.step("A server listens, a client connects, as lessons 3 and 4 left them.");
    let listening = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    listening.bind(&LOOPBACK.into())?;
    listening.listen(5)?;
    let server = local_address(&listening)?;
    story.name(server, "server");
    let client = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    client.connect(&server.into())?;
    let client_address = local_address(&client)?;
    story.name(client_address, "client1");
    story.client(format!("connect({server})"), format!("ok, I am {client_address}"));
    story.wire(handshake(client_address, server));
    let (stream, _) = listening.accept()?;
    let peer = peer_address(&stream)?;
    story.server("accept()", format!("a stream to {peer}"));
    Ok((listening, client, stream))
}

/// The greeting goes one way.
fn the_greeting_comes_in_pieces(story: &mut Story, client: &mut Socket, stream: &mut Socket) -> io::Result<()> {
    let (server, client_address) = (local_address(stream)?, local_address(client)?);
    story.step("The server sends its greeting. The client reads 7 bytes, then up to 1024.");
    let sent = stream.write(GREETING.as_bytes());
    story.server(format!("send({GREETING:?})"), sent);
    story.wire(data(server, client_address, 24));
    story.kernel(connection(client_address, server, State::Established).unread(24));
    story.ask(&TWO_RECVS);
    let mut buffer = [0; 1024];
    let received = client.read(&mut buffer[..7])?;
    story.client("recv() into 7 bytes", quoted(&buffer[..received]));
    story.kernel(connection(client_address, server, State::Established).unread(17));
    let received = client.read(&mut buffer)?;
    story.client("recv() into 1024 bytes", quoted(&buffer[..received]));
    story.answer(&TWO_RECVS);
    Ok(())
}

/// The answer goes the other.
fn a_piece_is_decoded(story: &mut Story, client: &mut Socket, stream: &mut Socket) -> io::Result<()> {
    let (server, client_address) = (local_address(stream)?, local_address(client)?);
    story.step("The client answers. The server reads 4 bytes first, then the rest.");
    let sent = client.write(ANSWER.as_bytes())?;
    story.client("send() of the answer", format!("{sent} bytes: {ANSWER:?}"));
    story.wire(data(client_address, server, 18));
    let mut buffer = [0; 1024];
    let received = stream.read(&mut buffer[..4])?;
    story.server("recv() into 4 bytes", quoted(&buffer[..received]));
    story.ask(&PIECE_OF_TEXT);
    let piece = str::from_utf8(&buffer[..received]);
    story.server("str::from_utf8 of these", decoded(piece));
    if let Err(error) = piece {
        // Some(length) instead: these bytes are no UTF-8, whatever may follow.
        story.server("its error_len", format!("{:?}: cut, more should follow", error.error_len()));
    }
    let rest = stream.read(&mut buffer[received..])?;
    story.server("recv() of the rest", format!("{rest} bytes"));
    story.server("str::from_utf8 of all 18", decoded(str::from_utf8(&buffer[..received + rest])));
    story.answer(&PIECE_OF_TEXT);
    Ok(())
}

fn the_client_is_done(story: &mut Story, client: &Socket, stream: &mut Socket) -> io::Result<()> {
    let (server, client_address) = (local_address(stream)?, local_address(client)?);
    story.step("The client is done sending, and says so. Lesson 6 tells more of it.");
    story.ask(&AFTER_THE_LAST);
    let done = client.shutdown(Shutdown::Write);
    story.client("shutdown(SHUT_WR)", done);
    story.wire(fin(client_address, server));
    let mut buffer = [0; 1024];
    let received = stream.read(&mut buffer);
    story.server("recv() into 1024 bytes", received);
    let received = stream.read(&mut buffer);
    story.server("recv() once more", received);
    story.answer(&AFTER_THE_LAST);
    Ok(())
}

/// On a connection of its own: where bytes went before, the kernel may hold the second send back for a moment (Nagle's
/// algorithm, RFC 9293 §3.7.4), and one recv would bring the first alone.
fn two_sends_one_recv(story: &mut Story, listening: &Socket) -> io::Result<(Socket, Socket)> {
    story.step("A new client sends twice. Then the server calls recv.");
    let server = local_address(listening)?;
    let mut client = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    client.connect(&server.into())?;
    let client_address = local_address(&client)?;
    story.name(client_address, "client2");
    story.client(format!("connect({server})"), format!("ok, I am {client_address}"));
    story.wire(handshake(client_address, server));
    let (mut stream, _) = listening.accept()?;

    let sent = client.write(b"hello");
    story.client("send(\"hello\")", sent);
    let sent = client.write(b"world");
    story.client("send(\"world\")", sent);
    story.ask_of_the_wire(&TWO_SEGMENTS);
    story.wire(data(client_address, server, 10));
    story.answer_of_the_wire(&TWO_SEGMENTS);
    story.ask(&TWO_SENDS);
    story.kernel(connection(server, client_address, State::Established).unread(10));
    wait_for(&stream, 10)?;
    let mut buffer = [0; 1024];
    let received = stream.read(&mut buffer)?;
    story.server("recv() into 1024 bytes", quoted(&buffer[..received]));
    story.answer(&TWO_SENDS);
    Ok((client, stream))
}

/// One send takes as many bytes as its own send buffer has room for. When the client never reads, its receive buffer
/// fills in time, then this side's send buffer, and then sends wait.
fn a_send_that_must_not_wait(story: &mut Story, stream: &mut Socket) -> io::Result<()> {
    story.step("A send of 1000000 bytes that must not wait. The client does not read.");
    story.ask(&BIG_SEND);
    stream.set_send_buffer_size(16 * 1024)?;
    // Otherwise send waits for room, here for ever. With a timeout it gives up, and has taken some as well (socket(7)).
    stream.set_nonblocking(true)?;
    let taken = stream.write(&vec![b'x'; 1_000_000])?;
    if taken == 1_000_000 {
        story.skip("this system's kernel takes all that it is offered at once");
        return Ok(());
    }
    story.mask(taken, "SOME");
    story.server("send() of 1000000 bytes", format!("{taken} bytes"));
    story.answer(&BIG_SEND);
    Ok(())
}

/// What happens to a stream rarely, and cannot be made to happen to a socket: so it happens to something else here.
fn trouble_by_script(story: &mut Story) {
    story.step("A signal interrupts send. It is scripted: no socket does it when asked.");
    story.ask(&INTERRUPTED);
    let script = &[Act::Fail(ErrorKind::Interrupted), Act::Pass(5), Act::Pass(0)];
    let stream: &mut dyn Write = &mut Scripted::new(script);
    let sent = loop {
        match stream.write(b"over!") {
            Err(error) if error.kind() == ErrorKind::Interrupted => story.server("scripted send(\"over!\")", &error),
            result => break result,
        }
    };
    story.server("scripted send(\"over!\"), once more", sent);
    story.answer(&INTERRUPTED);
    let sent = stream.write_all(b"over!");
    story.server("scripted write_all(\"over!\")", sent);
    story.meaning("Then the stream took 0 of 5 bytes, and always would: that is WriteZero.");
}

/// `from_utf8` has an error type of its own. A function that returns an `io::Result` makes an `io::Error` of it.
fn decoded(text: Result<&str, Utf8Error>) -> io::Result<String> {
    text.map(|text| format!("{text:?}")).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}

/// Where the kernel does not show how much is unread, peek does: recv(2) with `MSG_PEEK`, which leaves the bytes there.
fn wait_for(stream: &Socket, bytes: usize) -> io::Result<()> {
    if kernel::rows(local_address(stream)?).is_ok() {
        return Ok(());
    }
    let fewer = |waiting: io::Result<usize>| waiting.is_ok_and(|waiting| waiting < bytes);
    partner::wait_until(|| !fewer(stream.peek(&mut [MaybeUninit::uninit(); 64])));
    Ok(())
}

/// Bytes as Rust would write them: `"over!"`, `"\xe6\xb6"`.
fn quoted(bytes: &[u8]) -> String {
    format!("\"{}\"", bytes.escape_ascii())
}
