//! The story of this lesson, to be read from top to bottom while it runs.

use std::io::{self, ErrorKind, Read, Write};
use std::mem::MaybeUninit;
use std::net::Shutdown;
use std::str::{self, Utf8Error};

use narrator::kernel::{self, State, connection};
use narrator::scripted::{Act, Scripted};
use narrator::{LOOPBACK, Story, local_address, partner, peer_address};
use socket2::{Domain, Socket, Type};

use crate::{ANSWER, GREETING};

// ANCHOR: walkthrough
pub(crate) fn walkthrough(story: &mut Story) -> io::Result<()> {
    let (listening, mut client, mut stream) = a_server_and_a_client(story)?;
    the_greeting_comes_in_pieces(story, &mut client, &mut stream)?;
    a_piece_is_decoded(story, &mut client, &mut stream)?;
    the_client_is_done(story, &client, &mut stream)?;
    let (_client2, mut stream2) = two_sends_one_recv(story, &listening)?;
    a_send_that_may_not_wait(story, &mut stream2)?;
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
    let (stream, _) = listening.accept()?;
    story.server("accept()", format!("a stream to {}", peer_address(&stream)?));
    Ok((listening, client, stream))
}

/// The greeting goes one way.
fn the_greeting_comes_in_pieces(story: &mut Story, client: &mut Socket, stream: &mut Socket) -> io::Result<()> {
    let (server, client_address) = (local_address(stream)?, local_address(client)?);
    let mut buffer = [0; 1024];

    // ANCHOR: greeting
    story.step("The server sends its greeting. The client reads 7 bytes, then up to 1024.");
    story.server(format!("send({GREETING:?})"), stream.write(GREETING.as_bytes()));
    story.kernel(connection(client_address, server, State::Established).unread(24));
    let received = client.read(&mut buffer[..7])?;
    story.client("recv() into 7 bytes", quoted(&buffer[..received]));
    story.kernel(connection(client_address, server, State::Established).unread(17));
    let received = client.read(&mut buffer)?;
    story.client("recv() into 1024 bytes", quoted(&buffer[..received]));
    // ANCHOR_END: greeting
    story.meaning(
        "send only copies into a buffer of the kernel's: it returned before anybody read. recv's length is a maximum: \
         it waits for the first byte, never until the buffer is full.",
    );
    Ok(())
}

/// The answer goes the other.
fn a_piece_is_decoded(story: &mut Story, client: &mut Socket, stream: &mut Socket) -> io::Result<()> {
    let mut buffer = [0; 1024];

    // ANCHOR: cut
    story.step("Break it: decode a piece of the answer, as if it were a text.");
    let sent = client.write(ANSWER.as_bytes())?;
    story.client("send() of the answer", format!("{sent} bytes: {ANSWER:?}"));
    let received = stream.read(&mut buffer[..4])?;
    story.server("recv() into 4 bytes", quoted(&buffer[..received]));
    let piece = str::from_utf8(&buffer[..received]);
    story.server("str::from_utf8 of these", decoded(piece));
    if let Err(error) = piece {
        // Some(length) instead: these bytes are no UTF-8, whatever may follow.
        story.server("its error_len", format!("{:?}: cut, more should follow", error.error_len()));
    }
    let rest = stream.read(&mut buffer[received..])?;
    story.server("recv() of the rest", format!("{rest} bytes"));
    story.server("str::from_utf8 of all 18", decoded(str::from_utf8(&buffer[..received + rest])));
    story.meaning("10 characters are 18 bytes, and TCP knows only bytes. Collect them first, then decode once.");
    // ANCHOR_END: cut
    Ok(())
}

fn the_client_is_done(story: &mut Story, client: &Socket, stream: &mut Socket) -> io::Result<()> {
    let mut buffer = [0; 1024];
    story.step("The client is done sending, and says so. Lesson 6 tells more of it.");
    story.ask("What will recv give the server?", &["it waits for more", "0 bytes", "an error"]);
    story.client("shutdown(SHUT_WR)", client.shutdown(Shutdown::Write));
    story.server("recv() into 1024 bytes", stream.read(&mut buffer));
    story.server("recv() once more", stream.read(&mut buffer));
    story.meaning("b) 0 bytes, now and for ever: the end of the stream. When nothing is there yet, recv waits.");
    Ok(())
}

/// On a connection of its own: where bytes went before, the kernel may hold the second send back for a moment (Nagle's
/// algorithm, RFC 9293 §3.7.4), and one recv would bring the first alone.
fn two_sends_one_recv(story: &mut Story, listening: &Socket) -> io::Result<(Socket, Socket)> {
    story.step("Break it: expect one recv for each send, on a new connection.");
    story.ask("Two sends of 5 bytes arrive. What does one recv give?", &["5 bytes", "10 bytes"]);
    let server = local_address(listening)?;
    let mut client = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    client.connect(&server.into())?;
    let client_address = local_address(&client)?;
    story.name(client_address, "client2");
    story.client(format!("connect({server})"), format!("ok, I am {client_address}"));
    let (mut stream, _) = listening.accept()?;

    story.client("send(\"hello\")", client.write(b"hello"));
    story.client("send(\"world\")", client.write(b"world"));
    story.kernel(connection(server, client_address, State::Established).unread(10));
    wait_for(&stream, 10)?;
    let mut buffer = [0; 1024];
    let received = stream.read(&mut buffer)?;
    story.server("recv() into 1024 bytes", quoted(&buffer[..received]));
    story.meaning(
        "b) 10 bytes, this time: both had arrived. Over a slow network it could as well be 5, or 3. TCP carries bytes, \
         not messages: where one ends is the programs' own affair.",
    );
    Ok((client, stream))
}

// ANCHOR: partial-send
/// One send takes as many bytes as its own send buffer has room for. When the client never reads, its receive buffer
/// fills in time, then this side's send buffer, and then sends wait.
fn a_send_that_may_not_wait(story: &mut Story, stream: &mut Socket) -> io::Result<()> {
    story.step("Break it: a send that may not wait, to a client that does not read.");
    story.ask("It is offered 1000000 bytes. How many does it take?", &["all", "some", "none"]);
    stream.set_send_buffer_size(16 * 1024)?;
    // Otherwise send waits for room, here for ever; with a timeout it gives up, and has taken some as well (socket(7)).
    stream.set_nonblocking(true)?;
    let taken = stream.write(&vec![b'x'; 1_000_000])?;
    if taken == 1_000_000 {
        story.skip("this system's kernel takes all that it is offered at once");
        return Ok(());
    }
    story.mask(taken, "SOME");
    story.server("send() of 1000000 bytes", format!("{taken} bytes"));
    story.meaning(
        "b) some: as many as its own send buffer had room for. Nothing but this number says that the others were not \
         sent. To offer them again, from &bytes[taken..] on, is the caller's work.",
    );
    Ok(())
}
// ANCHOR_END: partial-send

// ANCHOR: interrupted
/// What happens to a stream rarely, and to no socket at will: so it happens to something else here.
fn trouble_by_script(story: &mut Story) {
    story.step("Break it: a stream in trouble. It is scripted: no socket does this at will.");
    let script = &[Act::Fail(ErrorKind::Interrupted), Act::Pass(5), Act::Pass(0)];
    let stream: &mut dyn Write = &mut Scripted::new(script);
    let sent = loop {
        match stream.write(b"over!") {
            Err(error) if error.kind() == ErrorKind::Interrupted => story.server("scripted send(\"over!\")", &error),
            result => break result,
        }
    };
    story.server("scripted send(\"over!\"), once more", sent);
    story.server("scripted write_all(\"over!\")", stream.write_all(b"over!"));
    story.meaning(
        "Interrupted (EINTR): a signal came before send took a byte, so nothing is lost: call it again. Then the \
         stream took 0 bytes of 5. It always would, so write_all gave up, with WriteZero.",
    );
}
// ANCHOR_END: interrupted

// ANCHOR: decoded
/// `from_utf8` has an error type of its own. A function that returns an `io::Result` makes an `io::Error` of it.
fn decoded(text: Result<&str, Utf8Error>) -> io::Result<String> {
    text.map(|text| format!("{text:?}")).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}
// ANCHOR_END: decoded

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
// ANCHOR_END: walkthrough
