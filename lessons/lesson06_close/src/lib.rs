//! # Lesson 6: close
//!
//! A connection has two directions, and each ends on its own: with a FIN, the end mark that the kernel sends behind the
//! last byte. `shutdown(2)` ends one direction, `close(2)` ends both and gives the socket back. Whoever closes while
//! the other side is still speaking does not say goodbye: the kernel sends a reset.

use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::process::ExitCode;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use narrator::kernel::{self, Row, State, connection, no_connection};
use narrator::{Hint, LOOPBACK, Lesson, Look, Outcome, Story, local_address, partner, peer_address};
use socket2::{Domain, Socket, Type};

/// What this lesson is called, and what it says besides its story.
pub const LESSON: Lesson = Lesson {
    number: 6,
    package: "lesson06_close",
    hints: &[
        Hint {
            function: "finish",
            text: "Three things, in this order: end the direction in which you send, hear the other one to its end, \
                   let the socket go. close ends both directions at once. Which call of the walkthrough ended only \
                   one?",
        },
        Hint {
            function: "finish",
            text: "stream.shutdown(Shutdown::Write), with Shutdown from std::net, ends your half and leaves you \
                   listening. Then read as in lesson 5: until recv gives 0, because one recv brings only what has \
                   arrived. Errors are the caller's: hand them on with ?. The socket is closed when `stream` is \
                   dropped.",
        },
        Hint {
            function: "finish",
            text: "stream.shutdown(Shutdown::Write)?; then let mut heard = Vec::new(); let mut buffer = [0; 1024]; \
                   then, in a loop, let received = (&stream).read(&mut buffer)?; if received == 0 { return Ok(heard); \
                   } heard.extend_from_slice(&buffer[..received]);",
        },
    ],
    proved: "you end your half first, hear the other one to its end, and only then close: so nothing is lost, nobody \
             waits for ever, and a reset is not taken for an end.",
    question: "a server sends its answer and closes at once. Some clients get the whole answer, some get a reset. What \
               did those clients do that the others did not?",
    look: Look::Sockets,
};

/// The learner's [`finish`](run).
pub type Finish = fn(Socket) -> io::Result<Vec<u8>>;

/// Tells the lesson, then drives the learner's function; returns the process's exit code.
pub fn run(finish: Finish) -> ExitCode {
    narrator::tell(&LESSON, walkthrough, |story| {
        story.your_turn("finish", |story| drive_finish(story, finish));
    })
}

// ANCHOR: walkthrough
fn walkthrough(story: &mut Story) -> io::Result<()> {
    story.step("A server and two clients, as lesson 4 left them.");
    let listening = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    listening.bind(&LOOPBACK.into())?;
    listening.listen(5)?;
    let server = local_address(&listening)?;
    story.name(server, "server");
    story.server("socket(), bind(), listen(5)", format!("a listener at {server}"));
    let client = connect(story, server, "client1")?;
    let client2 = connect(story, server, "client2")?;
    let (stream, _) = listening.accept()?;
    let (stream2, _) = listening.accept()?;
    story.server("accept(), accept()", "a stream to each");

    goodbye(story, &client, stream, &client2)?;
    close_the_listener(story, listening, &client2, &stream2)?;
    close_unread(story, &client2, stream2)
}

/// One side ends first, the other when it is ready.
fn goodbye(story: &mut Story, mut client: &Socket, stream: Socket, client2: &Socket) -> io::Result<()> {
    let (server, client1) = (local_address(&stream)?, local_address(client)?);
    let mut buffer = [0; 64];

    // ANCHOR: half-close
    story.step("The first client has said all it wants to say, and half-closes.");
    story.client("send(\"over!\")", client.send(b"over!"));
    story.client("shutdown(SHUT_WR)", client.shutdown(Shutdown::Write));
    story.server("recv()", said((&stream).read(&mut buffer), &buffer));
    story.server("recv()", said((&stream).read(&mut buffer), &buffer));
    story.kernel(connection(client1, server, State::FinWait2));
    story.kernel(connection(server, client1, State::CloseWait));
    story.meaning(
        "shutdown sent a FIN behind the bytes. FIN_WAIT_2: it has arrived, the other side's has not come. CLOSE_WAIT: \
         this side's turn to close.",
    );

    story.step("Half-closed is not deaf: the server still answers.");
    story.server("send(\"and out\")", stream.send(b"and out"));
    story.client("recv()", said(client.read(&mut buffer), &buffer));
    story.client("send(\"wait!\")", client.send(b"wait!"));
    story.meaning("Each direction ends on its own: the client gave up sending, no more.");
    // ANCHOR_END: half-close

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
fn close_the_listener(story: &mut Story, listening: Socket, client2: &Socket, mut stream2: &Socket) -> io::Result<()> {
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
fn close_unread(story: &mut Story, mut client2: &Socket, stream2: Socket) -> io::Result<()> {
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
        _ => quoted(&buffer[..received]),
    })
}
// ANCHOR_END: said

/// Bytes as a quoted text.
fn quoted(bytes: &[u8]) -> String {
    format!("{:?}", String::from_utf8_lossy(bytes))
}
// ANCHOR_END: walkthrough

/// What the client says in the first scenario.
const PIECES: [&str; 2] = ["thank you, ", "goodbye"];

/// What it says in the second, byte for byte: more than a buffer holds, and more than one recv brings.
const MUCH: usize = 100_000;

/// Clients that answer when they have seen the end, and clients that went another way.
fn drive_finish(story: &mut Story, finish: Finish) -> io::Result<()> {
    one_that_answers_in_pieces(story, finish)?;
    one_that_says_much(story, finish)?;
    one_that_has_closed(story, finish)?;
    one_that_breaks_off(story, finish)
}

fn one_that_answers_in_pieces(story: &mut Story, finish: Finish) -> io::Result<()> {
    story.step("A client answers in two pieces, but only after it has seen your end.");
    story.if_it_hangs("The client has closed, and each recv gives 0, at once: that is the end, not \"nothing yet\".");
    let handles = open_descriptors();
    let (stream, client) = meet(story)?;
    story.server("send(\"that was all\")", stream.send(b"that was all"));
    // A clone, to see afterwards what your function did with the socket.
    let clone = stream.try_clone()?;
    let client = client_waits_and_then(client, |client, account| {
        account.tell_send("send(\"thank you, \")", client.send(PIECES[0].as_bytes()));
        until_heard(client);
        account.tell_send("send(\"goodbye\")", client.send(PIECES[1].as_bytes()));
    });
    let result = finish(stream);
    if let Err(error) = &result
        && error.kind() == ErrorKind::ConnectionReset
    {
        // This client never resets of its own accord: either its bytes came to a socket that does not hear, or the
        // error is your function's own.
        story.you("finish(stream)", error);
        let account = tell_account(story, client);
        let mistake = if account.refused { REFUSED } else { NO_RESET };
        return Err(story.mistake(wrong_end(account.gave_up, false, false).unwrap_or(mistake)));
    }
    let heard = story.yours("finish(stream)", result, |heard| shortened(heard))?;

    // Where the sending half is shut, even a send of no bytes fails. Where the hearing half is, recv does not wait.
    let may_send = clone.send(&[]).is_ok();
    clone.set_nonblocking(true)?;
    let deaf = matches!((&clone).read(&mut [0; 1]), Ok(0));
    let own_timeout = matches!(clone.read_timeout(), Ok(Some(_)));
    // A socket that was closed and not shut sends its FIN now, with its last handle. One that was shut we still need.
    let clone = (!may_send).then_some(clone);
    let account = tell_account(story, client);
    let unheard = clone.is_some_and(|clone| matches!((&clone).read(&mut [0; 1]), Ok(1)));

    if let Some(mistake) = wrong_end(account.gave_up, may_send, deaf) {
        return Err(story.mistake(mistake));
    }
    if own_timeout {
        return Err(story.mistake(OWN_TIMEOUT));
    }
    story.check(
        heard == PIECES.concat().as_bytes(),
        "It saw the end, and you heard all of its answer.",
        wrong_pieces(&heard, unheard, account.refused),
    )?;
    story.check(
        open_descriptors() <= handles,
        "Then the socket was closed: nobody has a handle of it any more.",
        "Your function has returned, but somebody still has a handle of the socket, so it is not closed. Was a clone \
         kept, or the socket kept from being dropped?",
    )
}

/// What is wrong with the way in which our side ended, if anything is.
fn wrong_end(gave_up: bool, may_send: bool, deaf: bool) -> Option<&'static str> {
    if gave_up {
        Some(
            "The client never saw the end: it waited for it 2 s, then gave up. It cannot know that you are done unless \
             you say so, and you have to say so before you listen.",
        )
    } else if may_send && deaf {
        Some(
            "Your function shut the half in which it hears: that tells the client nothing, and its answer found \
             nobody. Shutdown::Write is the half in which you send.",
        )
    } else if may_send {
        Some(
            "Your function closed the socket before it had heard the client: that ended both directions, and the \
             client's answer found nobody. Shut only the half in which you send, and listen until recv gives 0.",
        )
    } else {
        None
    }
}

/// Linux answers bytes by a reset where both halves are shut. Whether recv comes before, and gives 0, or after it, is
/// chance.
const REFUSED: &str = "The client saw the end and answered, but its answer was refused, because your function had shut \
                       the half in which it hears as well. Shutdown::Write alone leaves you listening.";

/// The client's end came after all that it said, and every send of it was taken.
const NO_RESET: &str = "This client ended in good order: nothing was refused, and nothing was reset. Its end is a recv \
                        that gives 0. That is no error: return what you heard.";

const OWN_TIMEOUT: &str = "Your function has set a read timeout. A silent client is not a finished one: its end is a \
                           recv that gives 0, however long that takes.";

/// What is wrong with the answer that was heard; `unheard` says that bytes of it still lie in the socket, `refused`
/// that the client could not send all of it.
fn wrong_pieces(heard: &[u8], unheard: bool, refused: bool) -> &'static str {
    let answer = PIECES.concat();
    if refused {
        REFUSED
    } else if unheard && heard.is_empty() {
        "The client saw the end and answered, but its answer lies unread in the socket. Listen until recv gives 0, the \
         client's own end, before you close. (A read into a buffer of length 0 gives 0 as well, and that is not the \
         end: Vec::with_capacity makes room, but no bytes to write to. vec![0; 1024] makes both.)"
    } else if unheard {
        "The rest of the answer lies unread in the socket: one recv brings only what has arrived. Call it until it \
         gives 0, the client's own end."
    } else if heard.is_empty() {
        "Your function heard the client out and kept the answer to itself: return every byte that recv brought."
    } else if heard.len() > answer.len() {
        "More came back than the client said: recv fills only the front of your buffer, and returns how many bytes \
         that is."
    } else if heard == PIECES[1].as_bytes() {
        "That is the last piece alone: keep what each recv brought, and put the next behind it."
    } else {
        "These are not the bytes that the client sent, in their order, each once."
    }
}

fn one_that_says_much(story: &mut Story, finish: Finish) -> io::Result<()> {
    story.step("A client answers with 100000 bytes when it has seen your end.");
    let (stream, client) = meet(story)?;
    let client = client_waits_and_then(client, |mut client, account| {
        account.tell_send("send() until all is sent", client.write_all(&much()).map(|()| MUCH));
    });
    let heard = story.yours("finish(stream)", finish(stream), |heard| format!("{} bytes", heard.len()))?;
    let account = tell_account(story, client);
    let mistake = if account.gave_up {
        "This client never saw the end: say that you are done also when you have sent nothing."
    } else if heard.len() < MUCH {
        "That is not all of it. However large your buffer is, an answer can be longer: listen until recv gives 0."
    } else {
        "These are not the bytes that the client sent, in their order, each once."
    };
    story.check(heard == much(), "All of it, in order, however many recvs it took.", mistake)
}

fn one_that_has_closed(story: &mut Story, finish: Finish) -> io::Result<()> {
    story.step("A client has spoken and closed before your function is called.");
    let (stream, client) = meet(story)?;
    story.client("send(\"good night\")", client.send(b"good night"));
    drop(client);
    story.client("close()", "ok");
    let heard = story.yours("finish(stream)", finish(stream), |heard| shortened(heard))?;
    story.check(
        heard == b"good night",
        "What it had said was still there to be heard, in front of its end.",
        "The client had said \"good night\". It has closed, but its words wait in the receive buffer, in front of the \
         end.",
    )
}

fn one_that_breaks_off(story: &mut Story, finish: Finish) -> io::Result<()> {
    story.step("A client sees your end, and breaks the connection off in place of an answer.");
    let (stream, client) = meet(story)?;
    let client = client_waits_and_then(client, |client, account| {
        // With a linger time of 0, close sends a reset and no FIN (socket(7), SO_LINGER).
        account.tell("setsockopt(SO_LINGER) to 0", client.set_linger(Some(Duration::ZERO)));
    });
    let result = finish(stream);
    let kind = result.as_ref().err().map(io::Error::kind);
    story.you("finish(stream)", result.map(|heard| shortened(&heard)));
    tell_account(story, client);
    let mistake = match kind {
        None => {
            "The client broke off, and your function says that all is well. An error of recv is not the end, only 0 \
             is: hand it on, with `?`."
        }
        Some(_) => "An error, but not the one that tells what happened: hand recv's own error on, with `?`.",
    };
    story.check(
        kind == Some(ErrorKind::ConnectionReset),
        "The caller learns that something is missing, and does not take silence for the answer.",
        mistake,
    )
}

/// A stream that a server has accepted, and the client at its other end.
fn meet(story: &mut Story) -> io::Result<(Socket, Socket)> {
    let (listening, server) = partner::listen(1)?;
    let (client, own) = partner::connect(server)?;
    let (stream, _) = listening.accept()?;
    story.name(server, "server");
    story.name(own, "client");
    Ok((stream, client))
}

/// What a client met; told when your function has returned.
#[derive(Debug, Default)]
struct Account {
    calls: Vec<(&'static str, Outcome)>,
    /// Nothing came for 2 s, so it left.
    gave_up: bool,
    /// A send failed.
    refused: bool,
}

impl Account {
    fn tell(&mut self, call: &'static str, outcome: impl Into<Outcome>) {
        self.calls.push((call, outcome.into()));
    }

    fn tell_send(&mut self, call: &'static str, sent: io::Result<usize>) {
        self.refused |= sent.is_err();
        self.tell(call, sent);
    }
}

/// A client in a thread of its own. It listens until it sees the end, then does as `then` says, and closes. When
/// nothing comes for 2 s, it closes without.
fn client_waits_and_then(mut client: Socket, then: fn(&Socket, &mut Account)) -> JoinHandle<Account> {
    thread::spawn(move || {
        let mut account = Account::default();
        let mut buffer = [0; 64];
        loop {
            match client.read(&mut buffer) {
                Ok(0) => {
                    account.tell("recv()", "0 bytes");
                    then(&client, &mut account);
                    break;
                }
                Ok(received) => account.tell("recv()", quoted(&buffer[..received])),
                // As Linux and as Windows call a read timeout that runs out.
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    account.gave_up = true;
                    account.tell("recv()", "nothing, for 2 s");
                    break;
                }
                Err(error) => {
                    account.tell("recv()", &error);
                    break;
                }
            }
        }
        drop(client);
        account.tell("close()", "ok");
        account
    })
}

/// Tells what the client met.
fn tell_account(story: &mut Story, client: JoinHandle<Account>) -> Account {
    let mut account = client.join().unwrap_or_default();
    for (call, outcome) in account.calls.drain(..) {
        story.client(call, outcome);
    }
    account
}

/// What your function heard: as a text, or only its length where that would fill the screen.
fn shortened(heard: &[u8]) -> String {
    match heard.len() {
        0..=60 => quoted(heard),
        count => format!("{count} bytes"),
    }
}

/// Waits until the server has read all that the client has sent, so that what comes next needs one more recv; not after
/// a reset, and at most 2 s. Where the kernel shows no queues it does not wait: there one recv may bring both.
fn until_heard(client: &Socket) {
    let (Ok(own), Ok(server)) = (local_address(client), peer_address(client)) else { return };
    // Bytes wait in the sender's send queue until they have arrived, then in the receive queue until they are read.
    let waiting = |row: &Row| row.send_queue + row.receive_queue > 0;
    let under_way =
        |local, peer| kernel::rows(local).is_ok_and(|rows| rows.iter().any(|row| row.peer == peer && waiting(row)));
    let deadline = Instant::now() + partner::PATIENCE;
    while (under_way(own, server) || under_way(server, own)) && Instant::now() < deadline {
        thread::yield_now();
    }
}

/// How many descriptors the process has open; `None` where the system has no such folder (Windows).
fn open_descriptors() -> Option<usize> {
    fs::read_dir("/dev/fd").ok().map(Iterator::count)
}

/// [`MUCH`] bytes in a pattern of 251, a length that fits in no usual buffer: so a lost or a doubled piece shows.
fn much() -> Vec<u8> {
    (0..=250).cycle().take(MUCH).collect()
}
