//! # Lesson 5: send/recv
//!
//! `send(2)` copies bytes into a buffer of the kernel's and returns; `recv(2)` takes bytes out of one. Between the two,
//! TCP carries a stream of bytes: all of them, in order, and without any border between one send and the next.
//!
//! A [`Socket`] is a [`Write`] and a [`Read`] of the standard library: its `write` is send(2), its `read` is recv(2).

use std::io::{self, ErrorKind, Read, Write};
use std::mem::MaybeUninit;
use std::net::Shutdown;
use std::process::ExitCode;
use std::str::{self, Utf8Error};
use std::time::Instant;

use narrator::kernel::{self, State, connection};
use narrator::{Hint, LOOPBACK, Lesson, Look, NotStarted, Story, local_address, partner, peer_address};
use socket2::{Domain, Socket, Type};

/// What this lesson is called, and what it says besides its story.
pub const LESSON: Lesson = Lesson {
    number: 5,
    package: "lesson05_send_recv",
    hints: &[
        Hint {
            function: "send_all",
            text: "write says how many bytes it took, and that may be fewer than you offered. Which bytes must you \
                   offer next, and when is there nothing left to offer?",
        },
        Hint {
            function: "send_all",
            text: "Keep a slice of what is left, at first all of it. After Ok(taken) it is &left[taken..]; loop until \
                   it is empty. Two outcomes need an arm of their own: Ok(0) ends in WriteZero, and an error whose \
                   kind is Interrupted means: the same once more.",
        },
        Hint {
            function: "send_all",
            text: "let mut left = bytes; while !left.is_empty() { match stream.write(left) { Ok(0) => return \
                   Err(io::ErrorKind::WriteZero.into()), Ok(taken) => left = &left[taken..], Err(error) if \
                   error.kind() == io::ErrorKind::Interrupted => {} Err(error) => return Err(error) } } Ok(())",
        },
        Hint {
            function: "receive_text",
            text: "read fills at most the buffer that you give it, and says how much of it is new. What does it say \
                   when the peer is done? And when is it safe to make a text of the bytes?",
        },
        Hint {
            function: "receive_text",
            text: "Loop: read into a buffer such as [0; 1024], and append &buffer[..received] to a Vec<u8>. Ok(0) ends \
                   the loop, nothing else does; an Interrupted error goes round once more. After the loop, \
                   String::from_utf8 decodes all of it, and map_err turns its error into InvalidData.",
        },
        Hint {
            function: "receive_text",
            text: "loop { match stream.read(&mut buffer) { Ok(0) => break, Ok(received) => \
                   bytes.extend_from_slice(&buffer[..received]), Err(error) if error.kind() == \
                   io::ErrorKind::Interrupted => {} Err(error) => return Err(error) } } and then \
                   String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))",
        },
    ],
    proved: "send may take fewer bytes than it is offered and recv may give fewer than were sent, so you loop: on to \
             the last byte, and on to the 0 that ends the stream. An interruption costs nothing, and only the whole \
             is a text.",
    question: "the peer sends two messages and you want them back as two. TCP keeps no border between them: who could?",
    look: Look::Sockets,
};

/// The learner's [`send_all`](run).
pub type SendAll = fn(&mut dyn Write, &[u8]) -> io::Result<()>;
/// The learner's [`receive_text`](run).
pub type ReceiveText = fn(&mut dyn Read) -> io::Result<String>;

/// Tells the lesson, then drives the learner's two functions; returns the process's exit code.
pub fn run(send_all: SendAll, receive_text: ReceiveText) -> ExitCode {
    narrator::tell(&LESSON, walkthrough, |story| {
        story.your_turn("send_all", |story| drive_send_all(story, send_all));
        story.your_turn("receive_text", |story| drive_receive_text(story, receive_text));
    })
}

const GREETING: &str = "Welcome to study socket!";
const ANSWER: &str = "消息收到,over!";

// ANCHOR: walkthrough
fn walkthrough(story: &mut Story) -> io::Result<()> {
    story.step("A server listens, a client connects, as lessons 3 and 4 left them.");
    let listening = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    listening.bind(&LOOPBACK.into())?;
    listening.listen(5)?;
    let server = local_address(&listening)?;
    story.name(server, "server");
    let mut client = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    client.connect(&server.into())?;
    let client_address = local_address(&client)?;
    story.name(client_address, "client1");
    story.client(format!("connect({server})"), format!("ok, I am {client_address}"));
    let (mut stream, _) = listening.accept()?;
    story.server("accept()", format!("a stream to {}", peer_address(&stream)?));

    greeting_and_answer(story, &mut client, &mut stream)?;
    let (_client2, mut stream2) = two_sends_one_recv(story, &listening)?;
    partial_send(story, &mut stream2)?;
    trouble_by_script(story);
    Ok(())
}

/// The greeting goes one way, the answer the other.
fn greeting_and_answer(story: &mut Story, client: &mut Socket, stream: &mut Socket) -> io::Result<()> {
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
fn partial_send(story: &mut Story, stream: &mut Socket) -> io::Result<()> {
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
    let deadline = Instant::now() + partner::PATIENCE;
    while stream.peek(&mut [MaybeUninit::uninit(); 64])? < bytes && Instant::now() < deadline {
        std::thread::yield_now();
    }
    Ok(())
}

/// Bytes as Rust would write them: `"over!"`, `"\xe6\xb6"`.
fn quoted(bytes: &[u8]) -> String {
    format!("\"{}\"", bytes.escape_ascii())
}

/// What a scripted stream does at one call.
#[derive(Debug, Clone, Copy)]
enum Act {
    /// It lets at most so many bytes pass.
    Pass(usize),
    /// It fails.
    Fail(ErrorKind),
}

/// A stream that is no socket, and does at each call what its script says; the script's last act is for ever.
///
/// What is written is added to its bytes, what is read is taken from them.
#[derive(Debug)]
struct Scripted<'a> {
    script: &'a [Act],
    calls: usize,
    bytes: Vec<u8>,
}

impl<'a> Scripted<'a> {
    fn new(script: &'a [Act]) -> Self {
        Self { script, calls: 0, bytes: Vec::new() }
    }

    fn holding(bytes: &[u8], script: &'a [Act]) -> Self {
        Self { bytes: bytes.to_vec(), ..Self::new(script) }
    }

    /// The next act of the script: how many bytes may pass.
    fn act(&mut self) -> io::Result<usize> {
        let act = self.script[self.calls.min(self.script.len() - 1)];
        self.calls += 1;
        match act {
            Act::Pass(most) => Ok(most),
            Act::Fail(kind) => Err(kind.into()),
        }
    }
}

impl Write for Scripted<'_> {
    fn write(&mut self, offered: &[u8]) -> io::Result<usize> {
        let taken = self.act()?.min(offered.len());
        self.bytes.extend_from_slice(&offered[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Scripted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let given = self.act()?.min(buffer.len()).min(self.bytes.len());
        buffer[..given].copy_from_slice(&self.bytes[..given]);
        self.bytes.drain(..given);
        Ok(given)
    }
}
// ANCHOR_END: walkthrough

/// A real connection, a stream that takes little, one that is interrupted, bytes that are no text, two streams that
/// fail, and nothing to send.
fn drive_send_all(story: &mut Story, send_all: SendAll) -> io::Result<()> {
    send_over_a_connection(story, send_all)?;
    send_in_portions(story, send_all)?;
    send_interrupted(story, send_all)?;
    send_what_is_no_text(story, send_all)?;
    send_to_a_broken_stream(story, send_all)?;
    send_to_a_full_stream(story, send_all)?;
    send_nothing(story, send_all)
}

fn send_over_a_connection(story: &mut Story, send_all: SendAll) -> io::Result<()> {
    story.step("A client waits at a real connection. Your function sends it the answer.");
    let (stream, mut client) = connected(story)?;
    let mut stream = Watched::new(stream);
    let sent = send(story, send_all, &mut stream, "answer", ANSWER.as_bytes())?;
    let stuck = stream.is_stuck();
    drop(stream);
    let mut heard = Vec::new();
    client.read_to_end(&mut heard)?;
    story.client("recv() until the end", format!("{} bytes: {}", heard.len(), shown(&heard)));
    let sent = Sent { result: sent, taken: &heard, stuck };
    all_sent(story, sent, ANSWER, "All 18 bytes, in their order.")
}

fn send_in_portions(story: &mut Story, send_all: SendAll) -> io::Result<()> {
    story.step("A scripted stream takes at most 7 bytes at a call.");
    let mut stream = Watched::new(Scripted::new(&[Act::Pass(7)]));
    let sent = send(story, send_all, &mut stream, "greeting", GREETING.as_bytes())?;
    story.you("the stream took", shown(&stream.inner.bytes));
    let sent = Sent { result: sent, taken: &stream.inner.bytes, stuck: stream.is_stuck() };
    all_sent(story, sent, GREETING, "All 24 bytes, in their order, however few it took at a time.")
}

fn send_interrupted(story: &mut Story, send_all: SendAll) -> io::Result<()> {
    story.step("It takes 7 bytes, and the next call is interrupted (scripted).");
    let script = [Act::Pass(7), Act::Fail(ErrorKind::Interrupted), Act::Pass(7)];
    let mut stream = Watched::new(Scripted::new(&script));
    let sent = send(story, send_all, &mut stream, "greeting", GREETING.as_bytes())?;
    let taken = &stream.inner.bytes;
    story.you("the stream took", shown(taken));
    let mistake = match (&sent, taken.len()) {
        (Err(error), 7) if error.kind() == ErrorKind::Interrupted => {
            "Interrupted is no failure: the call took nothing, and nothing is lost. Make it once more, with the same \
             bytes."
        }
        (Ok(()), 7) => "After the interruption your function sent nothing more, and said ok. Make that call once more.",
        (Ok(()), 8..24) => "The interrupted call took nothing: the bytes that it was offered must be offered again.",
        _ => {
            let sent = Sent { result: sent, taken, stuck: stream.is_stuck() };
            return all_sent(story, sent, GREETING, "All 24 bytes: the interrupted call was made once more.");
        }
    };
    Err(story.mistake(mistake))
}

fn send_what_is_no_text(story: &mut Story, send_all: SendAll) -> io::Result<()> {
    story.step("It takes the first 4 bytes of a PNG picture, which are no UTF-8 (scripted).");
    let picture = b"\x89PNG";
    let mut stream = Watched::new(Scripted::new(&[Act::Pass(7)]));
    let sent = send(story, send_all, &mut stream, "picture", picture)?;
    let taken = &stream.inner.bytes;
    story.you("the stream took", shown(taken));
    let mistake = "Not all bytes are a text, and a stream takes any: hand them to write as they are, without a String.";
    story.check(sent.is_ok() && taken == picture, "All 4 bytes, just as they were.", mistake)
}

fn send_to_a_broken_stream(story: &mut Story, send_all: SendAll) -> io::Result<()> {
    story.step("It takes 7 bytes, then the connection is gone (scripted).");
    let script = [Act::Pass(7), Act::Fail(ErrorKind::BrokenPipe)];
    let mut stream = Watched::new(Scripted::new(&script));
    let sent = send(story, send_all, &mut stream, "greeting", GREETING.as_bytes())?;
    let mistake = match &sent {
        _ if stream.is_stuck() => {
            "The connection is gone, and your function tried thousands of times more: only Interrupted is worth \
             another try, any other error is the caller's."
        }
        Ok(()) => {
            "17 bytes were never sent, and your function said ok: the stream's error got lost. (A BufWriter that is \
             dropped loses it too: it needs a flush whose result you return.)"
        }
        Err(_) => "The caller should get the stream's own error: hand it on as it is.",
    };
    story.check(failed_with(&sent, ErrorKind::BrokenPipe), "The caller learns why, by the error's kind.", mistake)
}

fn send_to_a_full_stream(story: &mut Story, send_all: SendAll) -> io::Result<()> {
    story.step("It takes 7 bytes, then 0 at every call (scripted).");
    let script = [Act::Pass(7), Act::Pass(0)];
    let mut stream = Watched::new(Scripted::new(&script));
    let sent = send(story, send_all, &mut stream, "greeting", GREETING.as_bytes())?;
    let mistake = match &sent {
        _ if stream.is_stuck() => {
            "Your function offered bytes thousands of times to a stream that takes 0 of them, and would do so for \
             ever. At Ok(0), give up with WriteZero."
        }
        Ok(()) => "17 bytes were never sent, and your function said ok. A stream that takes 0 bytes is WriteZero.",
        Err(_) => "This error does not say what happened. For a stream that takes 0 bytes it is WriteZero.",
    };
    story.check(
        failed_with(&sent, ErrorKind::WriteZero),
        "17 bytes could not be sent, and the caller learns it.",
        mistake,
    )
}

fn send_nothing(story: &mut Story, send_all: SendAll) -> io::Result<()> {
    story.step("There is nothing to send.");
    let mut stream = Watched::new(Scripted::new(&[Act::Pass(7)]));
    let sent = send(story, send_all, &mut stream, "b\"\"", b"")?;
    let mistake = match &sent {
        Ok(()) => "The stream got bytes that nobody gave your function.",
        Err(_) => {
            "Of no bytes a stream takes 0, and that is all of them, no failure: look whether anything is left before \
             you call write."
        }
    };
    story.check(sent.is_ok() && stream.inner.bytes.is_empty(), "Done at once: no bytes, no failure.", mistake)
}

/// How a call of the learner's function ended, which bytes the stream took, and whether the calls had no end.
struct Sent<'a> {
    result: io::Result<()>,
    taken: &'a [u8],
    stuck: bool,
}

/// The stream should have taken the text's bytes, and the function should have succeeded.
fn all_sent(story: &mut Story, sent: Sent, text: &str, meaning: &str) -> io::Result<()> {
    let bytes = text.as_bytes();
    let Sent { result, taken, stuck } = sent;
    // What went out at first, if it went out again.
    let again = (1..bytes.len()).any(|first| {
        taken.len() > first && bytes.starts_with(&taken[..first]) && taken[first..].starts_with(&bytes[..first.min(4)])
    });
    let mistake = match (taken, result) {
        (_, Ok(())) if taken == bytes => {
            story.meaning(meaning);
            return Ok(());
        }
        _ if stuck && taken == bytes => {
            "The stream took every byte, and your function called write thousands of times more, with nothing to \
             offer: stop when nothing is left."
        }
        _ if taken.starts_with(&bytes.repeat(2)) => {
            "The stream got more than the bytes that your function was given: it got the same ones again. Left is what \
             stands behind the bytes that it took (&left[taken..]), and when that is nothing, stop."
        }
        _ if taken.starts_with(bytes) && taken.len() > bytes.len() => {
            "The stream got more than the bytes that your function was given: stop when it took the last of them."
        }
        _ if again => "The stream got the first bytes again: go on behind the bytes that it took, not from the start.",
        _ if stuck => {
            "Your function offers the same bytes again and again, and would do so for ever. Cut what was taken from \
             what is left (&left[taken..]), or add it to the count (+=)."
        }
        (_, Err(error)) => {
            let text = format!("send_all returned this error where it should succeed: {error}.");
            return Err(story.mistake(&text));
        }
        ([], _) => "The stream got nothing, and your function said ok: hand the bytes to its write.",
        _ if bytes.starts_with(taken) => {
            "write took some of the bytes, and your function never offered it the rest: look at the number that it \
             returns."
        }
        _ if taken.len() < bytes.len() => {
            "Bytes are missing in the middle: after a short count, go on with the very next byte."
        }
        _ => "These are not the bytes that your function was given.",
    };
    Err(story.mistake(mistake))
}

/// Two real connections, pieces, cut characters, an interruption, bytes that are no text, a reset, and a client that
/// says nothing.
fn drive_receive_text(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    receive_a_greeting(story, receive_text)?;
    receive_many_lines(story, receive_text)?;
    receive_pieces(story, receive_text)?;
    receive_cut_characters(story, receive_text)?;
    receive_interrupted(story, receive_text)?;
    receive_what_is_no_text(story, receive_text)?;
    receive_until_reset(story, receive_text)?;
    receive_nothing(story, receive_text)
}

const ZEROS: &str = "The zeros are your buffer's own: read filled only the beginning of it, as far as the number that \
                     it returned.";
const FULL: &str = "Your buffer was full: a read into no room gives 0, and that is not the end. Collect in a Vec, \
                    which grows.";
const LAST_PIECE: &str = "That is only the last piece: append what each read gives to what you have.";
const SHORT: &str =
    "Your function stopped before the end: a short read says only that no more is there now. The end is 0.";
const NOT_THESE: &str = "That is not what the client sent: append the new bytes of each read, and only those.";

fn receive_a_greeting(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    story.step("A client sends the greeting over a real connection, and is done sending.");
    let mut stream = client_says(story, GREETING.as_bytes())?;
    let text = receive(story, receive_text, &mut stream)?;
    let text = received(story, text, stream.is_stuck())?;
    let mistake = match text.as_str() {
        "" if stream.empty_buffer => {
            "Your function read into a buffer of length 0, so it got 0 bytes: Vec::with_capacity makes room, but no \
             bytes to write to. vec![0; 1024] makes both."
        }
        "" => "The client sent 24 bytes, and your function returned none of them.",
        text if text.contains('\0') => ZEROS,
        text if GREETING.starts_with(text) && stream.empty_buffer => FULL,
        text if GREETING.starts_with(text) => "That is only the beginning: read on until read gives 0.",
        _ => "That is not what the client sent.",
    };
    story.check(text == GREETING, "All that the client said.", mistake)
}

fn receive_many_lines(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    story.step("A client sends 200 lines, 5000 bytes, over a real connection.");
    let lines = format!("{GREETING}\n").repeat(200);
    let mut stream = client_says(story, lines.as_bytes())?;
    let text = receive(story, receive_text, &mut stream)?;
    let text = received(story, text, stream.is_stuck())?;
    let mistake = match text.as_str() {
        text if text.contains('\0') => ZEROS,
        text if text == lines.trim_end() => "The last line break was the client's, too: return the bytes as they came.",
        text if text.trim_end() == GREETING => {
            "Your function stopped at the end of a line. A line break is a byte as any other: read on until read \
             gives 0."
        }
        text if lines.starts_with(text) && stream.empty_buffer => FULL,
        text if lines.starts_with(text) => {
            "That is only the beginning. A buffer holds no more than its length: read on until read gives 0."
        }
        text if lines.ends_with(text) => LAST_PIECE,
        text if text == lines.replace('\n', "") => "The line breaks are gone: return the bytes as they came.",
        _ => NOT_THESE,
    };
    story.check(text == lines, "Every line, though they fill most buffers several times.", mistake)
}

fn receive_pieces(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    story.step("The greeting comes in pieces of 7, 1, 9 and 7 bytes (scripted).");
    let script = [Act::Pass(7), Act::Pass(1), Act::Pass(9), Act::Pass(7)];
    let mut stream = Watched::new(Scripted::holding(GREETING.as_bytes(), &script));
    let text = receive(story, receive_text, &mut stream)?;
    let text = received(story, text, stream.is_stuck())?;
    let mistake = match text.as_str() {
        _ if !stream.inner.bytes.is_empty() => SHORT,
        "socket!" => LAST_PIECE,
        text if text.starts_with("socket!") => {
            "Each read wrote over the piece before it: read writes from the start of the buffer that it is given. \
             Append what each one gives to a Vec."
        }
        text if text.contains('\0') => ZEROS,
        _ => NOT_THESE,
    };
    story.check(text == GREETING, "Whole, each piece behind the one before it.", mistake)
}

fn receive_cut_characters(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    story.step("The answer comes in pieces of 6, 4, 1 and 7 bytes (scripted).");
    let script = [Act::Pass(6), Act::Pass(4), Act::Pass(1), Act::Pass(7)];
    let mut stream = Watched::new(Scripted::holding(ANSWER.as_bytes(), &script));
    let text = receive(story, receive_text, &mut stream)?;
    let mistake = match &text {
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            "Your function decoded a piece that ends in the middle of a character. Its bytes are right, they are only \
             not all there: collect first, decode once."
        }
        Err(_) => "No call failed here: a piece is no error, however small.",
        Ok(text) if text.contains(char::REPLACEMENT_CHARACTER) => {
            "A character was cut in two, and lossy decoding made wrong ones of its parts: collect first, decode once."
        }
        Ok(_) if !stream.inner.bytes.is_empty() => SHORT,
        Ok(text) if text.chars().count() == ANSWER.len() => {
            "Each byte became a character of its own. In UTF-8 a character is up to 4 bytes: String::from_utf8 knows."
        }
        Ok(_) => "The bytes of a character that came in two pieces are missing: collect first, decode once.",
    };
    let right = text.is_ok_and(|text| text == ANSWER);
    story.check(right, "Whole, though the second and the third piece end inside a character.", mistake)
}

fn receive_interrupted(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    story.step("After the first piece a call is interrupted (scripted).");
    let script = [Act::Pass(6), Act::Fail(ErrorKind::Interrupted), Act::Pass(64)];
    let mut stream = Watched::new(Scripted::holding(ANSWER.as_bytes(), &script));
    let text = receive(story, receive_text, &mut stream)?;
    let mistake = match &text {
        Err(error) if error.kind() == ErrorKind::Interrupted => {
            "Interrupted is no failure: the call gave nothing, and nothing is lost. Make it once more."
        }
        Err(_) => "An interrupted call is no failure: make it once more.",
        Ok(text) if ANSWER.starts_with(text.as_str()) => {
            "Your function took the interruption for the end. Only 0 is the end: make that call once more."
        }
        Ok(_) => "An interrupted call gave nothing: keep what you had, add nothing, and make it once more.",
    };
    story.check(text.is_ok_and(|text| text == ANSWER), "Nothing was lost: the call was made once more.", mistake)
}

fn receive_what_is_no_text(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    let gbk = ("A client writes in GBK, an older encoding than UTF-8: 消息", b"\xcf\xfb\xcf\xa2");
    let cut = ("A client's last character is cut: its other bytes never come.", b"\xe6\xb6\x88\xe6");
    for (title, bytes) in [gbk, cut] {
        story.step(title);
        let mut stream = client_says(story, bytes)?;
        let text = receive(story, receive_text, &mut stream)?;
        let mistake = match &text {
            Ok(text) if text.contains(char::REPLACEMENT_CHARACTER) => {
                "Lossy decoding put a sign of its own where bytes make no character, and nobody can tell any more what \
                 was there. Say InvalidData instead."
            }
            Ok(_) => {
                "The client sent bytes that are no UTF-8, and your function left them out. Say InvalidData instead."
            }
            Err(_) => "This error does not say what happened. For bytes that are no UTF-8 it is InvalidData.",
        };
        story.check(failed_with(&text, ErrorKind::InvalidData), "The caller learns that this is no UTF-8.", mistake)?;
    }
    Ok(())
}

fn receive_until_reset(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    story.step("After the first piece the connection is reset (scripted).");
    let script = [Act::Pass(6), Act::Fail(ErrorKind::ConnectionReset)];
    let mut stream = Watched::new(Scripted::holding(ANSWER.as_bytes(), &script));
    let text = receive(story, receive_text, &mut stream)?;
    let mistake = match &text {
        _ if stream.is_stuck() => {
            "The connection is gone, and your function read thousands of times more: only Interrupted is worth \
             another try, any other error is the caller's."
        }
        Ok(_) => "That is a part of the text, and nothing says so: the caller should get read's error instead.",
        Err(_) => "The caller should get read's own error: hand it on as it is.",
    };
    let right = failed_with(&text, ErrorKind::ConnectionReset);
    story.check(right, "The caller learns why, and takes no part of a text for the whole.", mistake)
}

fn receive_nothing(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    story.step("A client is done before it has said anything.");
    let mut stream = client_says(story, b"")?;
    let text = receive(story, receive_text, &mut stream)?;
    let mistake = match &text {
        Ok(_) => "The client said nothing, and your function returned a text all the same.",
        Err(_) => "The client said nothing and ended in good order: that is the empty text, no failure.",
    };
    story.check(text.is_ok_and(|text| text.is_empty()), "No bytes are a text as well, the empty one.", mistake)
}

/// Calls the learner's function with these bytes, by the name that they have in the story.
fn send(
    story: &mut Story,
    send_all: SendAll,
    stream: &mut dyn Write,
    name: &str,
    bytes: &[u8],
) -> io::Result<io::Result<()>> {
    let sent = send_all(stream, bytes);
    attempt(story, &format!("send_all(&mut stream, {name})"), sent, |()| "ok".to_owned())
}

/// Calls the learner's function.
fn receive(story: &mut Story, receive_text: ReceiveText, stream: &mut dyn Read) -> io::Result<io::Result<String>> {
    attempt(story, "receive_text(&mut stream)", receive_text(stream), |text| shown(text.as_bytes()))
}

/// Tells what the learner's function gave back, also where it is an error. The outer error is `your_turn!`'s.
fn attempt<T>(
    story: &mut Story,
    call: &str,
    result: io::Result<T>,
    describe: fn(&T) -> String,
) -> io::Result<io::Result<T>> {
    match &result {
        Ok(value) => story.you(call, describe(value)),
        Err(error) if NotStarted::of(error).is_some() => return result.map(Ok),
        Err(error) => story.you(call, error),
    }
    Ok(result)
}

/// The text of a function that has to succeed, and to come to an end.
fn received(story: &mut Story, text: io::Result<String>, stuck: bool) -> io::Result<String> {
    if stuck {
        return Err(story.mistake(
            "read gave 0 bytes, and your function read on, thousands of times: it would do so for ever. 0 is the end \
             of the stream, not \"nothing yet\".",
        ));
    }
    text.map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => story.mistake(
            "read_exact wants its whole buffer filled, and nobody knows beforehand how much will come: use read.",
        ),
        _ => story.mistake(&format!("receive_text returned this error where it should succeed: {error}.")),
    })
}

fn failed_with<T>(result: &io::Result<T>, kind: ErrorKind) -> bool {
    result.as_ref().is_err_and(|error| error.kind() == kind)
}

/// A stream of the server's, and the client at its other end. Neither waits longer than 2 s.
fn connected(story: &mut Story) -> io::Result<(Socket, Socket)> {
    let (listening, server) = partner::listen(1)?;
    let (client, address) = partner::connect(server)?;
    story.name(server, "server");
    story.name(address, "client");
    let (stream, _) = listening.accept()?;
    stream.set_read_timeout(Some(partner::PATIENCE))?;
    stream.set_write_timeout(Some(partner::PATIENCE))?;
    Ok((stream, client))
}

/// A stream of the server's whose client has said all this, and is done sending.
fn client_says(story: &mut Story, bytes: &[u8]) -> io::Result<Watched<Socket>> {
    let (stream, mut client) = connected(story)?;
    client.write_all(bytes)?;
    client.shutdown(Shutdown::Write)?;
    story.client("send(), shutdown(SHUT_WR)", format!("{} bytes", bytes.len()));
    Ok(Watched::new(stream))
}

/// A text in quotes, a long one by its length.
fn shown(bytes: &[u8]) -> String {
    match str::from_utf8(bytes) {
        _ if bytes.len() > 64 => format!("{} bytes", bytes.len()),
        Ok(text) => format!("{text:?}"),
        Err(_) => quoted(bytes),
    }
}

/// More calls than any right answer needs, even one that takes a byte at a time.
const ENOUGH: usize = 10_000;

/// Passes each call on to a stream. A loop that would never end is shown a way out, so that the lesson can say what is
/// wrong with it.
#[derive(Debug)]
struct Watched<S> {
    inner: S,
    calls: usize,
    empty_buffer: bool,
}

impl<S> Watched<S> {
    fn new(inner: S) -> Self {
        Self { inner, calls: 0, empty_buffer: false }
    }

    fn is_stuck(&self) -> bool {
        self.calls > ENOUGH
    }

    /// The way out is the opposite of what the loop goes round on: success where it met errors, else an error.
    fn way_out(&self, result: io::Result<usize>, success: usize) -> io::Result<usize> {
        match result {
            result if !self.is_stuck() => result,
            Ok(_) => Err(io::Error::other("these were too many calls")),
            Err(_) => Ok(success),
        }
    }
}

impl<S: Write> Write for Watched<S> {
    fn write(&mut self, offered: &[u8]) -> io::Result<usize> {
        self.calls += 1;
        let result = self.inner.write(offered);
        self.way_out(result, offered.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<S: Read> Read for Watched<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.calls += 1;
        self.empty_buffer |= buffer.is_empty();
        let result = self.inner.read(buffer);
        self.way_out(result, 0)
    }
}
