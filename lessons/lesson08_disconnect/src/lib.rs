//! # Lesson 8: disconnect
//!
//! A program learns only by its own calls that the other side is gone. `recv(2)` gives 0 when the peer has closed, an
//! error when the connection was broken off, and nothing at all when the peer is silent: then only a timeout ends the
//! wait. A send that succeeds says nothing about the peer.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use narrator::kernel::{State, connection, no_connection};
use narrator::watchdog::Watched;
use narrator::{Hint, LOOPBACK, Lesson, Look, NotStarted, Story, local_address, partner};
use socket2::{Domain, Socket, Type};

/// What this lesson is called, and what it says besides its story.
pub const LESSON: Lesson = Lesson {
    number: 8,
    package: "lesson08_disconnect",
    hints: &[
        Hint {
            function: "echo_until_gone",
            text: "Every way in which a client goes is one thing that recv returns. Run the walkthrough again and \
                   write the three down: which of them is an Ok, which are an Err, and of which kind? Everything \
                   else is an echo.",
        },
        Hint {
            function: "echo_until_gone",
            text: "A loop around one match on stream.read(&mut buffer). Ok(0) ends it: Closed. Ok(received) sends \
                   &buffer[..received] back with write_all, and adds to the count. With Err(error), error.kind() \
                   decides: Interrupted ends nothing, and the loop goes on; all others end it, as Reset, Silent, or \
                   return Err(error). Remember that write_all can find the client gone as well.",
        },
        Hint {
            function: "echo_until_gone",
            text: "match error.kind() { ErrorKind::WouldBlock | ErrorKind::TimedOut => return Ok((echoed, \
                   Farewell::Silent)), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => return Ok((echoed, \
                   Farewell::Reset)), ErrorKind::Interrupted => {}, _ => return Err(error) }. To treat \
                   the errors of read and write_all alike, put both calls into a function that returns \
                   io::Result<usize>, and match on what it returns.",
        },
    ],
    proved: "your function tells a client that closed from one that broke off and from one that fell silent, echoes \
             every byte until then, and hands on what it cannot explain.",
    question: "a client's power fails in the middle of a connection. What does the server's next recv say, what its \
               next send, and when does it know?",
    look: Look::Sockets,
};

// ANCHOR: farewell
/// How a client went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Farewell {
    /// It said that it is done, and closed: recv gave 0 bytes.
    Closed,
    /// It broke the connection off: `ConnectionReset`, or `BrokenPipe` from a send to a client that had left already
    /// (Windows may call that `ConnectionAborted`).
    Reset,
    /// It said nothing until the read timeout ran out: `WouldBlock`, on Windows `TimedOut`. It may still be there.
    Silent,
}
// ANCHOR_END: farewell

/// The learner's [`echo_until_gone`](run).
pub type EchoUntilGone = fn(&Socket) -> io::Result<(usize, Farewell)>;

/// Tells the lesson, then drives the learner's function; returns the process's exit code.
pub fn run(echo_until_gone: EchoUntilGone) -> ExitCode {
    narrator::tell(&LESSON, walkthrough, |story| {
        story.your_turn("echo_until_gone", |story| drive_echo_until_gone(story, echo_until_gone));
    })
}

// ANCHOR: walkthrough
/// How long the server bears silence.
const READ_TIMEOUT: Duration = Duration::from_millis(100);

fn walkthrough(story: &mut Story) -> io::Result<()> {
    let listening = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    listening.bind(&LOOPBACK.into())?;
    listening.listen(5)?;
    story.name(local_address(&listening)?, "server");

    the_client_closes(story, &listening)?;
    the_client_breaks_off(story, &listening)?;
    the_client_falls_silent(story, &listening)
}

/// Closed: recv gives 0. The client has a thread of its own, so that it can close while the server waits.
fn the_client_closes(story: &mut Story, listening: &Socket) -> io::Result<()> {
    story.step("The server waits in recv. Then its client closes.");
    let (client, mut stream, server, client_address) = a_client_comes(story, listening, "client1")?;
    story.ask("Not a byte was sent. What will recv return?", &["nothing yet", "an error", "0"]);
    // ANCHOR: two-threads
    let server_thread = Watched::this_thread();
    let (waited, received) = thread::scope(|threads| {
        let closing = threads.spawn(move || {
            let waited = server_thread.blocks_in("recv(2)");
            drop(client);
            waited
        });
        let received = stream.read(&mut [0; 64]);
        (closing.join(), received)
    });
    // ANCHOR_END: two-threads
    story.kernel_shows("the server's thread", waited.map_err(|_| io::Error::other("the client's thread panicked"))?);
    story.client("close()", "ok");
    story.server("recv()", received);
    story.kernel(connection(server, client_address, State::CloseWait));
    story.meaning(
        "c) 0: the client's FIN woke the server. 0 is not an empty message, it is the end of the stream (recv(2)).",
    );
    the_server_does_not_notice(story, &stream, server, client_address)
}

/// What becomes of a server that goes on as if the client were there.
fn the_server_does_not_notice(
    story: &mut Story,
    stream: &Socket,
    server: SocketAddr,
    client_address: SocketAddr,
) -> io::Result<()> {
    // read(&mut self) exists for &Socket as well: what must be mutable then is this variable, not the shared socket.
    let mut stream = stream;

    story.step("Break it: take 0 for \"nothing yet\", and ask again.");
    for _ in 0..3 {
        story.server("recv()", stream.read(&mut [0; 64]));
    }
    story.meaning("It never waits again: a loop that goes on here spins, one core at 100 %.");

    story.step("Break it: answer a client that has closed.");
    story.ask("What does the server's first send give?", &["5 bytes", "an error"]);
    story.server("send(\"hello\")", stream.send(b"hello"));
    // Waits for the answer of the client's kernel: without it the second send would be like the first.
    story.kernel(no_connection(server, client_address));
    story.server("send(\"hello\")", stream.send(b"hello"));
    story.meaning(
        "a) 5 bytes: send only fills our own kernel's buffer. At the other end nobody is left to read, so that \
         kernel answers RST. The second send hears of it.",
    );
    Ok(())
}

/// Reset: recv gives an error, once.
fn the_client_breaks_off(story: &mut Story, listening: &Socket) -> io::Result<()> {
    story.step("A second client breaks the connection off.");
    let (client, stream, server, client_address) = a_client_comes(story, listening, "client2")?;
    // socket(7): with this option on and no time to linger, close sends RST in place of FIN.
    client.set_linger(Some(Duration::ZERO))?;
    story.client("setsockopt(SO_LINGER)", "on, 0 seconds");
    drop(client);
    story.client("close()", "ok");
    story.kernel(no_connection(server, client_address));
    story.server("recv()", (&stream).read(&mut [0; 64]));
    story.server("recv()", (&stream).read(&mut [0; 64]));
    story.meaning(
        "A reset is told once, as an error; after it comes 0. It is no proof of a crash: a close with unread bytes \
         does it too (lesson 6).",
    );
    Ok(())
}

/// Silent: recv gives nothing at all, unless we set a timeout. TCP has keep-alives that ask after a silent peer, by
/// default after two hours; but they are off unless a program turns them on (RFC 9293 §3.8.4).
fn the_client_falls_silent(story: &mut Story, listening: &Socket) -> io::Result<()> {
    story.step("A third client says something, then nothing more.");
    let (mut client, mut stream, server, client_address) = a_client_comes(story, listening, "client3")?;
    let mut buffer = [0; 64];
    // send(2), as often as it takes (lesson 5). For so few bytes that is once.
    client.write_all(b"one moment")?;
    story.client("send(\"one moment\")", "10 bytes");
    let received = stream.read(&mut buffer)?;
    story.server("recv()", format!("{:?}", String::from_utf8_lossy(&buffer[..received])));
    story.ask("When does the next recv return?", &["after a minute or so", "after two hours", "maybe never"]);
    // ANCHOR: timeout
    stream.set_read_timeout(Some(READ_TIMEOUT))?;
    story.server("setsockopt(SO_RCVTIMEO)", "100 ms");
    let silence = match stream.read(&mut buffer) {
        // One thing under two names: WouldBlock on Linux and macOS, TimedOut on Windows.
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => error,
        _ => return Err(io::Error::other("a silent client was heard")),
    };
    // ANCHOR_END: timeout
    story.server("recv()", &silence);
    story.kernel(connection(server, client_address, State::Established));
    story.meaning(
        "c) maybe never: TCP sets no limit to silence. A client that thinks and a cut cable look the same from here. \
         The timeout is ours alone; the connection stands.",
    );

    story.step("Is it still there? The server asks.");
    story.server("send(\"still there?\")", stream.send(b"still there?"));
    story.kernel(connection(client_address, server, State::Established).unread(12));
    let received = client.read(&mut buffer)?;
    story.client("recv()", format!("{:?}", String::from_utf8_lossy(&buffer[..received])));
    story.client("send(\"yes\")", client.send(b"yes"));
    story.kernel(connection(server, client_address, State::Established).unread(3));
    let received = stream.read(&mut buffer)?;
    story.server("recv()", format!("{:?}", String::from_utf8_lossy(&buffer[..received])));
    story.meaning("send said 12 bytes when nobody had read one. Only the client's own answer tells that it lives.");
    story.keep_open((client, stream));
    Ok(())
}

/// A client connects and is accepted, as in lesson 4: its socket, the server's stream to it, and the two addresses.
fn a_client_comes(
    story: &mut Story,
    listening: &Socket,
    role: &str,
) -> io::Result<(Socket, Socket, SocketAddr, SocketAddr)> {
    let server = local_address(listening)?;
    let client = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    client.connect(&server.into())?;
    let client_address = local_address(&client)?;
    story.name(client_address, role);
    story.client(format!("connect({server})"), format!("ok, I am {client_address}"));
    let (stream, _) = listening.accept()?;
    story.server("accept()", format!("a stream to {client_address}"));
    Ok((client, stream, server, client_address))
}
// ANCHOR_END: walkthrough

/// What a client says, one piece after the other; it waits for the echo of each.
const PIECES: [&[u8]; 3] = [b"knock", b"knock, knock", b"anybody home?"];

/// The read timeout of a server whose client is not silent: longer than a client's patience, so that it never runs out.
const LONG: Duration = Duration::from_secs(4);

/// More than the buffers of most programs hold.
const MUCH: usize = 100_000;

/// What came back to a client of its own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Echo {
    /// All of them, and nothing else.
    Whole,
    /// So many bytes, and no more within 2 s.
    Late(usize),
    /// So many bytes, then the end of the connection.
    Cut(usize),
    /// Its words, and then something that it never said.
    More,
    /// Something else.
    Other,
}

/// Clients that go in every way there is, and a socket that never had one.
fn drive_echo_until_gone(story: &mut Story, echo: EchoUntilGone) -> io::Result<()> {
    one_that_closes(story, echo)?;
    one_that_never_speaks(story, echo)?;
    one_that_says_much(story, echo)?;
    one_that_breaks_off(story, echo)?;
    one_that_falls_silent(story, echo)?;
    one_that_does_not_wait(story, echo)?;
    none_at_all(story, echo)
}

fn one_that_closes(story: &mut Story, echo: EchoUntilGone) -> io::Result<()> {
    story.step("A client speaks three times, each time after it has its echo, and closes.");
    story.if_it_hangs("The client has closed, and each recv gives 0, at once: that is the end, not \"nothing yet\".");
    let (client, stream) = meet(LONG)?;
    let (result, (good, heard)) = visit(echo, stream, move || {
        for (good, piece) in PIECES.iter().enumerate() {
            let heard = converse(&client, piece);
            if heard != Echo::Whole {
                return (good, heard);
            }
        }
        (PIECES.len(), Echo::Whole)
    })?;
    tell(story, &result)?;
    story.client("its words came back", format!("{good} times of {}", PIECES.len()));
    let mistake = why_no_echo(good, heard, &result);
    story.check(heard == Echo::Whole, "Each piece was echoed before the next was sent.", mistake)?;
    let said: usize = PIECES.iter().map(|piece| piece.len()).sum();
    went(story, result, (said, Farewell::Closed), |count| match count {
        _ if count == PIECES[PIECES.len() - 1].len() => "That is the last piece alone: add up what each recv brought.",
        _ if count == PIECES.len() => "That is how often it spoke. Count the bytes.",
        0 => "Nothing was counted: add what you have echoed, each time.",
        31.. => "That is more than came and went. Count what recv returned, not the buffer's length.",
        _ => "The count is wrong: it is that of all the bytes that were echoed.",
    })?;
    story.meaning("30 bytes over all, and 0 from recv told you that it closed.");
    Ok(())
}

/// What a client's lack of an echo says about the learner's function.
fn why_no_echo(good: usize, heard: Echo, result: &io::Result<(usize, Farewell)>) -> &'static str {
    match (heard, result) {
        (Echo::Whole, _) => "",
        (Echo::More, _) => {
            "The client heard more than it had said. recv fills only the front of your buffer, and returns how many \
             bytes that is: echo those alone, &buffer[..received]."
        }
        (Echo::Other, _) => "The client heard something else than it had said: an echo gives back the same bytes.",
        (Echo::Late(0), Err(error)) if error.kind() == ErrorKind::UnexpectedEof => {
            "The client waited 2 s for its echo and gave up. read_exact waits until your buffer is full, and so many \
             bytes never come: read takes what is there."
        }
        (Echo::Late(0), _) => {
            "The client waited 2 s for its echo and gave up. Send back what one recv brings before you ask for more."
        }
        (Echo::Late(_), _) => "Only a part of the echo came back: write_all sends all of what it is given.",
        (Echo::Cut(_), Err(_)) => {
            "Your function gave back an error while the client was there, and waited for its echo."
        }
        (Echo::Cut(_), Ok((_, Farewell::Silent))) => {
            "The client was not silent: the time that the caller allows had not run out. Leave the socket's settings \
             as they are."
        }
        (Echo::Cut(_), Ok((_, Farewell::Reset))) => {
            "A send of yours failed while the client was still there and listening. Leave the stream open both ways: \
             the client says when it is over."
        }
        (Echo::Cut(_), Ok((0, Farewell::Closed))) if good == 0 => {
            "No echo came back, and your function says Closed of a client that was there, and waited. (A read into a \
             buffer of length 0 gives 0 as well, and that is not the end: Vec::with_capacity makes room, but no bytes \
             to write to. vec![0; 1024] makes both.)"
        }
        (Echo::Cut(_), _) if good == 0 => "No echo came back: what you read must be written to the same stream.",
        (Echo::Cut(_), _) => {
            "Your function came back while the client was still there and about to speak again. A short recv is no \
             end: only 0 is."
        }
    }
}

fn one_that_never_speaks(story: &mut Story, echo: EchoUntilGone) -> io::Result<()> {
    story.step("A client connects and closes at once.");
    let (client, stream) = meet(LONG)?;
    let (result, ()) = visit(echo, stream, move || drop(client))?;
    tell(story, &result)?;
    went(story, result, (0, Farewell::Closed), |_| "Nobody said anything, so nothing can have been echoed.")?;
    story.meaning("Port scanners and health checks do just that.");
    Ok(())
}

fn one_that_says_much(story: &mut Story, echo: EchoUntilGone) -> io::Result<()> {
    story.step("A client sends 100,000 bytes, half-closes, and reads its echo to the end.");
    // Of all values, so that it is no text: an echo must not care.
    let words: Vec<u8> = (0..=u8::MAX).cycle().take(MUCH).collect();
    let (client, stream) = meet(LONG)?;
    let (result, heard) = visit(echo, stream, move || {
        thread::scope(|threads| {
            threads.spawn(|| (&client).write_all(&words).and_then(|()| client.shutdown(Shutdown::Write)));
            listen(&client, &words, usize::MAX)
        })
    })?;
    tell(story, &result)?;
    story.client(
        "came back to it",
        match heard {
            Echo::Whole => "all of it, byte for byte".to_owned(),
            Echo::Late(count) | Echo::Cut(count) => format!("{count} bytes"),
            Echo::More => "all of it, and more".to_owned(),
            Echo::Other => "something else".to_owned(),
        },
    );
    let mistake = match heard {
        Echo::Whole => "",
        Echo::Late(_) | Echo::Cut(_) => {
            "The client waited for every byte until the end: send back all that comes, before you return."
        }
        Echo::More => "It heard more than it had said.",
        Echo::Other => "It heard something else than it had said. Bytes need not be text: echo them as they are.",
    };
    story.check(heard == Echo::Whole, "It had stopped sending, not listening; and nothing is missing.", mistake)?;
    went(
        story,
        result,
        (MUCH, Farewell::Closed),
        |_| "The count is wrong: every byte came back, and every byte counts.",
    )
}

fn one_that_breaks_off(story: &mut Story, echo: EchoUntilGone) -> io::Result<()> {
    story.step("A client speaks, has its echo, and breaks the connection off.");
    let (client, stream) = meet(LONG)?;
    let (result, heard) = visit(echo, stream, move || {
        // The server is back in recv when it has sent the echo.
        let heard = converse(&client, b"I must go");
        client.set_linger(Some(Duration::ZERO)).map(|()| heard)
    })?;
    tell(story, &result)?;
    echoed(story, heard?)?;
    went(
        story,
        result,
        (9, Farewell::Reset),
        |_| "How it went is right, but not the count: what was echoed before the reset counts all the same.",
    )?;
    story.meaning("A reset is one more way to go, and no failure of your server.");
    Ok(())
}

fn one_that_falls_silent(story: &mut Story, echo: EchoUntilGone) -> io::Result<()> {
    story.step("A client speaks, has its echo, and falls silent. The read timeout is short.");
    let (client, stream) = meet(READ_TIMEOUT)?;
    // Spoken before your function is called: on a slow machine, too, its first recv finds the words there.
    (&client).write_all(b"one moment")?;
    let (result, (heard, gave_up)) = visit(echo, stream, move || {
        let heard = listen(&client, b"one moment", 10);
        let end = (&client).read(&mut [0; 64]);
        (heard, end.is_err_and(|error| timed_out(error.kind())))
    })?;
    tell(story, &result)?;
    echoed(story, heard)?;
    if gave_up {
        return Err(story.mistake(
            "Your function went on waiting when the time had run out, until the client gave up after 2 s and closed. \
             The caller has set the timeout because it wants to be told: Silent.",
        ));
    }
    went(
        story,
        result,
        (10, Farewell::Silent),
        |_| "How it went is right, but not the count: what was echoed before the silence counts all the same.",
    )?;
    story.meaning("It may still be there. What to do about it, ask or hang up, is for the caller to say.");
    Ok(())
}

fn one_that_does_not_wait(story: &mut Story, echo: EchoUntilGone) -> io::Result<()> {
    story.step("A client is greeted, sends 20,000 bytes, and closes without reading a word.");
    let (client, stream) = meet(LONG)?;
    story.server("send(\"hello\")", stream.send(b"hello"));
    (&client).write_all(&[b'.'; 20_000])?;
    story.client("send() until all is sent", "20000 bytes");
    // A FIN first, and then, because of the greeting that it has not read, a reset. So the first send of your function
    // fails; and when that is overlooked, recv gives all the bytes and then 0, as at a polite end.
    story.client("shutdown(SHUT_WR)", client.shutdown(Shutdown::Write));
    drop(client);
    story.client("close()", "ok");
    until_reset(&stream);
    let timeout = stream.read_timeout().ok();
    let result = echo(&stream);
    // No count: to whom would anything have been echoed?
    match &result {
        Ok((_, farewell)) => story.you("echo_until_gone(&stream)", format!("{farewell:?}")),
        Err(error) => story.you("echo_until_gone(&stream)", error),
    }
    let mistake = match &result {
        Ok((_, Farewell::Closed)) => {
            "Your function says Closed, but a send of yours failed: the client had broken off, and that is Reset. When \
             an error of send is overlooked, recv gives 0 afterwards, as at a polite end."
                .to_owned()
        }
        Ok(_) => "The client had closed: it was gone, not silent.".to_owned(),
        Err(error) => format!(
            "The client was gone, and a send of yours said so, by {:?}: write_all can find that out as well as read. \
             It is Reset, no error for the caller.",
            error.kind()
        ),
    };
    let reset = matches!(result, Ok((_, Farewell::Reset)));
    story.check(reset, "Nobody was left to hear the echo, and your function took it calmly.", &mistake)?;
    if stream.read_timeout().ok() != timeout {
        return Err(story.mistake(
            "Your function has set a read timeout of its own. How long a silence may be is for the caller to say: \
             leave the socket's settings as they are.",
        ));
    }
    Ok(())
}

/// Waits until the client's reset has come, at most 2 s: from then on the stream has no peer any more.
fn until_reset(stream: &Socket) {
    let deadline = Instant::now() + partner::PATIENCE;
    while stream.peer_addr().is_ok() && Instant::now() < deadline {
        thread::yield_now();
    }
}

fn none_at_all(story: &mut Story, echo: EchoUntilGone) -> io::Result<()> {
    story.step("Your function is given a socket that was never connected.");
    let stream = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    stream.set_read_timeout(Some(LONG))?;
    let result = echo(&stream);
    let mistake = match &result {
        Ok((_, farewell)) => format!(
            "There was no client that could go, and recv said NotConnected; your function says {farewell:?}. Only \
             some kinds of error are farewells: hand the others on."
        ),
        Err(error) => {
            format!(
                "recv says NotConnected here, but your function says {:?}: hand recv's error on as it is.",
                error.kind()
            )
        }
    };
    tell(story, &result)?;
    let handed_on = result.is_err_and(|error| error.kind() == ErrorKind::NotConnected);
    story.check(handed_on, "That is none of the three, so the caller gets the error.", &mistake)
}

/// Tells what the learner's function gave back; one that is not written yet has nothing to tell.
fn tell(story: &mut Story, result: &io::Result<(usize, Farewell)>) -> io::Result<()> {
    match result {
        Ok((count, farewell)) => story.you("echo_until_gone(&stream)", format!("{count} bytes, {farewell:?}")),
        Err(error) => match NotStarted::of(error) {
            Some(not_started) => return Err(not_started.into()),
            None => story.you("echo_until_gone(&stream)", error),
        },
    }
    Ok(())
}

/// The client has all of its words back.
fn echoed(story: &mut Story, heard: Echo) -> io::Result<()> {
    story.client("its words came back", if heard == Echo::Whole { "yes" } else { "no" });
    match heard {
        Echo::Whole => Ok(()),
        _ => Err(story.mistake("This client did not get its echo, or not as it was.")),
    }
}

/// Holds what the learner's function gave back against what really happened. `miscounted` explains a wrong count.
fn went(
    story: &mut Story,
    result: io::Result<(usize, Farewell)>,
    expected: (usize, Farewell),
    miscounted: impl FnOnce(usize) -> &'static str,
) -> io::Result<()> {
    use Farewell::{Closed, Reset, Silent};
    let mistake = match (expected.1, result) {
        (farewell, Ok((count, told))) if told == farewell => {
            return if count == expected.0 { Ok(()) } else { Err(story.mistake(miscounted(count))) };
        }
        // Of a nonblocking socket nobody can say which came first, its last "nothing yet" or the end.
        (Closed, Ok((_, Silent))) => {
            "The client was not silent: the time that the caller allows had not run out. It closed, and then recv \
             gives 0. (A nonblocking socket does not wait for that: leave the settings as they are.)"
                .to_owned()
        }
        (Closed, Ok(_)) => "The client closed politely: recv gave 0, and no error as for a reset.".to_owned(),
        (Reset, Ok((_, Silent))) => "No time ran out: recv failed with ConnectionReset, so it is Reset.".to_owned(),
        (Reset, Ok(_)) => {
            "recv failed with ConnectionReset: this client broke off, and did not close politely. (Who asks again \
             after a reset gets 0.)"
                .to_owned()
        }
        (Silent, Ok((_, Reset))) => {
            "Nothing was reset. recv's time ran out, an error of another kind: the client is Silent.".to_owned()
        }
        (Silent, Ok(_)) => {
            "The client has not closed: it is still connected, and recv's time ran out. Only 0 is the end.".to_owned()
        }
        (Reset, Err(error)) if error.kind() == ErrorKind::ConnectionReset => {
            "The reset was handed on as an error. It is one of the ways in which a client goes: return Reset, with \
             the count so far."
                .to_owned()
        }
        (Silent, Err(error)) if timed_out(error.kind()) => {
            "The timeout was handed on as an error. The caller set it, and wants to be told in words: return Silent, \
             with the count so far."
                .to_owned()
        }
        (Closed, Err(error)) => format!(
            "The client closed politely, which recv tells by 0 and no error, but your function gave back {:?}. \
             Return Closed, with the count so far.",
            error.kind()
        ),
        (farewell, Err(error)) => format!(
            "Your function gave back an error, {:?}, where it should say how the client went: {farewell:?}.",
            error.kind()
        ),
    };
    Err(story.mistake(&mistake))
}

/// A timeout that ran out has two names: WouldBlock on Linux and macOS, TimedOut on Windows.
fn timed_out(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// A client, and the server's stream to it, on which a recv waits so long.
fn meet(read_timeout: Duration) -> io::Result<(Socket, Socket)> {
    let (listening, server) = partner::listen(5)?;
    let (client, _) = partner::connect(server)?;
    let (stream, _) = listening.accept()?;
    stream.set_read_timeout(Some(read_timeout))?;
    Ok((client, stream))
}

/// One client's visit: it does its part in a thread of its own, while the learner's function has the server's stream.
fn visit<T: Send>(
    echo: EchoUntilGone,
    stream: Socket,
    part: impl FnOnce() -> T + Send,
) -> io::Result<(io::Result<(usize, Farewell)>, T)> {
    thread::scope(|threads| {
        let client = threads.spawn(part);
        let result = echo(&stream);
        // The client may still listen, to a server that is done.
        drop(stream);
        let saw = client.join().map_err(|_| io::Error::other("the client's thread panicked"))?;
        Ok((result, saw))
    })
}

/// Says these words, and listens until as many bytes have come back.
fn converse(mut client: &Socket, words: &[u8]) -> Echo {
    match client.write_all(words) {
        Ok(()) => listen(client, words, words.len()),
        Err(_) => Echo::Cut(0),
    }
}

/// Listens until `enough` bytes or the end; it waits at most 2 s for each recv.
fn listen(mut client: &Socket, words: &[u8], enough: usize) -> Echo {
    let mut heard = Vec::new();
    let mut buffer = [0; 4096];
    let mut late = false;
    while heard.len() < enough {
        match client.read(&mut buffer) {
            Ok(received @ 1..) => heard.extend(&buffer[..received]),
            end => {
                late = end.is_err_and(|error| timed_out(error.kind()));
                break;
            }
        }
    }
    match heard.len() {
        _ if heard == words => Echo::Whole,
        count if words.starts_with(&heard) && late => Echo::Late(count),
        count if words.starts_with(&heard) => Echo::Cut(count),
        _ if heard.starts_with(words) => Echo::More,
        _ => Echo::Other,
    }
}
