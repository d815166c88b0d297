//! Drives the learner's functions: clients of every sort for `serve_client`, servers for `converse`.

use std::io::{self, ErrorKind, Read, Write};
use std::mem::MaybeUninit;
use std::net::{Ipv6Addr, Shutdown, SocketAddr};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use narrator::watchdog::Watched;
use narrator::{NotStarted, Story, local_address, partner};
use socket2::{Domain, Socket, Type};

use crate::{ANSWER, Converse, GREETING, MOST, ServeClient};

/// How long the stream waits where silence is not what the step is about: longer than any client does.
const LONG: Duration = Duration::from_secs(4);

/// Where a client has stopped sending.
const ZERO_IS_THE_END: &str = "The client has stopped sending, and each recv gives 0, at once: that is the end, not \
                               \"nothing yet\".";
const MORE_THAN_THE_GREETING: &str = "You sent more than the greeting: send its bytes, and nothing behind them, not \
                                      even a line break.";

pub fn serve_client(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    one_that_answers(story, serve_client)?;
    one_that_leaves(story, serve_client)?;
    one_at_the_limit(story, serve_client)?;
    one_beyond_the_limit(story, serve_client)?;
    one_that_breaks_off(story, serve_client)?;
    one_that_is_silent(story, serve_client)
}

fn one_that_answers(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    story.step("A client hears the greeting, answers in two pieces, and is done sending.");
    story.if_it_hangs(ZERO_IS_THE_END);
    let (stream, client) = meet(LONG)?;
    let client = thread::spawn(move || {
        let mut heard = hear(&client, GREETING.len());
        // Cut inside a character: whoever decodes piece by piece stumbles here.
        let (first, second) = ANSWER.as_bytes().split_at(7);
        let said = (&client).write_all(first).and_then(|()| {
            let more = pause(&client)?;
            if let Ok(heard) = &mut heard {
                heard.extend_from_slice(&more);
            }
            (&client).write_all(second)
        });
        let ended = said.and_then(|()| client.shutdown(Shutdown::Write));
        (heard, ended.and_then(|()| (&client).read(&mut [0; 64])))
    });
    let result = serve_client(stream, GREETING);
    started(&result)?;
    let (heard, end) = finished(client)?;
    story.client("recv()", heard.as_ref().map(|heard| quoted(heard)).map_err(copy_of));
    let greeted = heard.as_ref().is_ok_and(|heard| heard == GREETING.as_bytes());
    let mistake = match &heard {
        Ok(heard) if heard.is_empty() => "The client heard the end before any greeting: send it first.",
        Ok(heard) if heard.starts_with(GREETING.as_bytes()) => MORE_THAN_THE_GREETING,
        Ok(_) => "That is not the greeting: send all of its bytes, and nothing else.",
        Err(_) => "The client waited 2 s for the greeting: the server speaks first, and the client only then.",
    };
    story.check(greeted, "It was greeted.", mistake)?;
    let answer = story.yours("serve_client(stream, greeting)", result, |answer| quoted(answer))?;
    let mistake = match answer.len() {
        0 => {
            "The client answered, and your function returned nothing of it: receive until recv gives 0. A read into no \
             room gives 0, too: Vec::with_capacity makes room, but no bytes to write to. vec![0; 1024] makes both."
        }
        7 => {
            "That is the first piece alone. The answer ends where the client stops sending: receive until recv gives 0."
        }
        _ => "That is not what the client sent: return its bytes, all of them, as they came.",
    };
    story.check(answer == ANSWER.as_bytes(), "You received the answer to its end.", mistake)?;
    story.client("recv()", end.as_ref().copied().map_err(copy_of));
    let mistake = match end {
        Ok(_) => MORE_THAN_THE_GREETING,
        Err(_) => {
            "The client waits for the end of the conversation in vain, or is reset: close the stream when you have \
             it all."
        }
    };
    story.check(matches!(end, Ok(0)), "And its connection ended in good order.", mistake)
}

fn one_that_leaves(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    story.step("A client hears the greeting, and leaves without a word.");
    story.if_it_hangs(ZERO_IS_THE_END);
    let (stream, client) = meet(LONG)?;
    let client = thread::spawn(move || hear(&client, GREETING.len()).map(|_| ()));
    let result = serve_client(stream, GREETING);
    finished(client)?.ok();
    let answer = story.yours("serve_client(stream, greeting)", result, |answer| quoted(answer))?;
    story.check(
        answer.is_empty(),
        "No answer is an answer, the empty one.",
        "The client said nothing at all: what your function returns has to be empty.",
    )
}

fn one_at_the_limit(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    story.step("A client answers with 65536 bytes: 64 KiB, as many as it may.");
    let (result, _) = answered_with(serve_client, MOST)?;
    let answer = story.yours("serve_client(stream, greeting)", result, |answer| format!("{} bytes", answer.len()))?;
    story.check(
        answer.len() == MOST,
        "All of them: the limit itself is allowed.",
        "The client may send 65536 bytes, and sent just as many. Return all of them.",
    )
}

fn one_beyond_the_limit(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    for (title, count) in
        [("A client answers with one byte more.", MOST + 1), ("A client answers with 20,000,000 bytes.", 20_000_000)]
    {
        story.step(title);
        let (result, sent) = answered_with(serve_client, count)?;
        let kind = result.as_ref().err().map(io::Error::kind);
        story.you("serve_client(stream, greeting)", result.map(|answer| format!("{} bytes", answer.len())));
        let mistake = match kind {
            None => {
                "It was taken. More than 64 KiB is refused, with InvalidData: a stranger must not fill your memory."
            }
            Some(ErrorKind::InvalidData) => {
                "It was refused, but only when all of it had been taken, and your memory was full by then. Count while \
                 you receive, and stop at the first byte that is too much."
            }
            Some(_) => "That is an error, but not the one that tells the caller why: more than 64 KiB is InvalidData.",
        };
        // What the kernel's buffers have room for is sent, whatever the server does.
        let in_time = sent < count || count <= 2 * BUFFER;
        story.check(kind == Some(ErrorKind::InvalidData) && in_time, "Refused.", mistake)?;
    }
    Ok(())
}

fn one_that_breaks_off(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    story.step("A client hears the greeting, and breaks the connection off.");
    let (stream, client) = meet(LONG)?;
    let server = Watched::this_thread();
    let client = thread::spawn(move || {
        let heard = hear(&client, GREETING.len()).map(|_| ());
        // By then the server has done whatever else it does, so that it is recv that tells it. Only Linux says when.
        let _ = server.blocks_in("recv(2)");
        heard.and_then(|()| client.set_linger(Some(Duration::ZERO)))
    });
    let result = serve_client(stream, GREETING);
    finished(client)?.ok();
    let kind = result.as_ref().err().map(io::Error::kind);
    story.you("serve_client(stream, greeting)", result.map(|answer| quoted(&answer)));
    let mistake = match kind {
        None => "The client broke off, and your function says that all is well: hand recv's error on, with `?`.",
        Some(_) => "Hand on what recv itself says: the caller tells a reset from other errors by its kind.",
    };
    story.check(kind == Some(ErrorKind::ConnectionReset), "The caller learns it.", mistake)
}

fn one_that_is_silent(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    story.step("A client is greeted, and falls silent. The caller has set a timeout.");
    let (stream, client) = meet(Duration::from_millis(50))?;
    let (returned, until_then) = mpsc::channel::<()>();
    let client = thread::spawn(move || {
        let _ = hear(&client, GREETING.len());
        // It stays until the function has returned, or for 2 s.
        until_then.recv_timeout(partner::PATIENCE)
    });
    let result = serve_client(stream, GREETING);
    drop(returned);
    let waited = finished(client)?;
    let timed_out = |kind| matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut);
    let kind = result.as_ref().err().map(io::Error::kind);
    // Linux calls it WouldBlock, Windows TimedOut.
    match kind {
        Some(kind) if timed_out(kind) => story.you("serve_client(stream, greeting)", "the timeout's error"),
        _ => story.you("serve_client(stream, greeting)", result.map(|answer| quoted(&answer))),
    }
    let mistake = match kind {
        None if waited == Err(RecvTimeoutError::Timeout) => {
            "Your function went on waiting after the timeout, until the client gave up: hand the timeout on, with `?`."
        }
        None => "The client was silent, and your function says that all is well: hand the timeout on, with `?`.",
        Some(_) => "Hand on what recv itself says: the caller tells silence from other errors by its kind.",
    };
    story.check(kind.is_some_and(timed_out), "The caller learns it, and can do something else.", mistake)
}

pub fn converse(story: &mut Story, converse: Converse) -> io::Result<()> {
    a_server_that_greets(story, converse)?;
    a_server_that_says_too_much(story, converse)?;
    no_server(story, converse)?;
    a_server_of_the_other_family(story, converse)
}

fn a_server_that_greets(story: &mut Story, converse: Converse) -> io::Result<()> {
    story.step("A server greets, and then waits for the answer and its end.");
    story.if_it_hangs(
        "The server has given up after 2 s, and each recv gives 0, at once: receive once, and then answer.",
    );
    let (listening, address) = partner::listen(5)?;
    story.name(address, "server");
    let server = serve_one(listening, GREETING.as_bytes().to_vec(), Some(Watched::this_thread()));
    let result = converse(address, ANSWER);
    started(&result)?;
    let Heard { came, early, bytes: heard, end } = finished(server)??;
    let gave_up = matches!(end, Err(ErrorKind::WouldBlock | ErrorKind::TimedOut));
    if result.is_err() && heard.is_empty() && !gave_up {
        story.yours("converse(server, answer)", result, |greeting| quoted(greeting))?;
        return Ok(());
    }
    let mistake = match (heard.is_empty(), end) {
        _ if !came => "Nobody came to the server: connect to the address that your function was given.",
        _ if early => {
            "It answered before it was greeted. The server speaks first: receive the greeting, then send the answer."
        }
        (true, _) if gave_up => {
            "The server greeted, and waited 2 s for an answer that never came. It does not close before it has one: \
             receive once, not to the end."
        }
        (_, Err(ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe)) => {
            "You closed with the greeting unread, or a part of it, so the server was reset and heard no end. Receive \
             it before you close, into 1024 bytes: Vec::with_capacity makes room, but no bytes to write to."
        }
        (_, Err(_)) => "The server has the answer and waits for its end: close, when you have sent it.",
        (true, Ok(())) => "The server heard no answer: send it, when you have the greeting.",
        _ => "That is not the answer that your function was given: send its bytes, all of them, as they are.",
    };
    story.server("recv() until the end", quoted(&heard));
    let in_order = !early && end.is_ok();
    story.check(heard == ANSWER.as_bytes() && in_order, "The server has your answer, and its end.", mistake)?;
    let greeting = story.yours("converse(server, answer)", result, |greeting| quoted(greeting))?;
    let mistake = match greeting.len() {
        0 => "The server greeted, and your function returned nothing of it.",
        1024 => "Those are bytes of your buffer that recv has not filled: its result says how many it did.",
        _ => "That is not the greeting: return the bytes that recv brought.",
    };
    story.check(greeting == GREETING.as_bytes(), "And you have its greeting.", mistake)
}

fn a_server_that_says_too_much(story: &mut Story, converse: Converse) -> io::Result<()> {
    story.step("A server greets with 2000 bytes.");
    let (listening, address) = partner::listen(5)?;
    story.name(address, "server");
    let server = serve_one(listening, vec![b'w'; 2000], None);
    let result = converse(address, ANSWER);
    let _ = finished(server)?;
    let greeting = story.yours("converse(server, answer)", result, |greeting| format!("{} bytes", greeting.len()))?;
    story.check(
        greeting.len() == 1024,
        "One recv, of at most 1024 bytes: the rest is lost, and that is this protocol's weakness.",
        "The contract is one recv of at most 1024 bytes: a stranger decides how much comes, and you how much you take.",
    )
}

fn no_server(story: &mut Story, converse: Converse) -> io::Result<()> {
    story.step("Nobody listens.");
    let (listening, address) = partner::listen(5)?;
    story.name(address, "server");
    drop(listening);
    let result = converse(address, ANSWER);
    let kind = result.as_ref().err().map(io::Error::kind);
    story.you("converse(server, answer)", result.map(|greeting| quoted(&greeting)));
    story.check(
        kind == Some(ErrorKind::ConnectionRefused),
        "The caller learns why, by the error's kind.",
        "Nobody listens there, and the caller should learn it: hand connect's own error on, with `?`.",
    )
}

/// Not every machine has IPv6.
fn a_server_of_the_other_family(story: &mut Story, converse: Converse) -> io::Result<()> {
    story.step("A server greets at [::1], the loopback address of IPv6.");
    let loopback = SocketAddr::from((Ipv6Addr::LOCALHOST, 0));
    let listening = Socket::new(Domain::IPV6, Type::STREAM, None)
        .and_then(|listening| listening.bind(&loopback.into()).map(|()| listening));
    let Ok(listening) = listening else {
        story.skip("this system has no IPv6.");
        return Ok(());
    };
    listening.listen(5)?;
    let address = local_address(&listening)?;
    story.name(address, "server");
    let server = serve_one(listening, GREETING.as_bytes().to_vec(), None);
    let result = converse(address, ANSWER);
    let heard = finished(server)??;
    let mistake = match heard.came {
        false => "The address is of IPv6, and the socket is not: Domain::for_address gives the family that fits.",
        true => "The same conversation as over IPv4 has to take place here, and did not.",
    };
    let right = heard.bytes == ANSWER.as_bytes() && result.as_ref().is_ok_and(|said| said == GREETING.as_bytes());
    story.you("converse(server, answer)", result.map(|greeting| quoted(&greeting)));
    story.check(right, "The socket's family follows the address.", mistake)
}

/// A stream as the server has it, with this read timeout, and the client at its other end.
fn meet(timeout: Duration) -> io::Result<(Socket, Socket)> {
    let (listening, server) = partner::listen(1)?;
    let (client, _) = partner::connect(server)?;
    let (stream, _) = listening.accept()?;
    stream.set_read_timeout(Some(timeout))?;
    stream.set_write_timeout(Some(LONG))?;
    Ok((stream, client))
}

/// Listens for 100 ms: long enough for the server to take what was sent, so that the next piece is one of its own. Gives
/// back what the server has said meanwhile; one that closes ends the wait.
fn pause(mut client: &Socket) -> io::Result<Vec<u8>> {
    let (begin, mut heard, mut buffer) = (Instant::now(), Vec::new(), [0; 64]);
    while let Some(left) = Duration::from_millis(100).checked_sub(begin.elapsed()) {
        client.set_read_timeout(Some(left.max(Duration::from_millis(1))))?;
        match client.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(received) => heard.extend_from_slice(&buffer[..received]),
        }
    }
    client.set_read_timeout(Some(partner::PATIENCE))?;
    Ok(heard)
}

/// Up to so many bytes, or fewer when the end comes first.
fn hear(mut stream: &Socket, count: usize) -> io::Result<Vec<u8>> {
    let mut heard = Vec::new();
    let mut buffer = vec![0; 16 * 1024];
    while heard.len() < count {
        let room = buffer.len().min(count - heard.len());
        match stream.read(&mut buffer[..room])? {
            0 => break,
            received => heard.extend_from_slice(&buffer[..received]),
        }
    }
    Ok(heard)
}

/// The size that is asked for of each of the two kernel buffers between a client and a server. Linux takes it twice.
const BUFFER: usize = 128 * 1024;

/// The learner's server, and a client that answers with so many bytes; what came of it, and how many bytes were sent.
fn answered_with(serve_client: ServeClient, count: usize) -> io::Result<(io::Result<Vec<u8>>, usize)> {
    let (stream, client) = meet(LONG)?;
    // Else the kernel lets them grow, on some systems to many megabytes.
    stream.set_recv_buffer_size(BUFFER)?;
    client.set_send_buffer_size(BUFFER)?;
    let client = thread::spawn(move || {
        let mut sent = 0;
        let mut say = || -> io::Result<()> {
            hear(&client, GREETING.len())?;
            // A server that refuses closes with bytes unread, so the client is reset: no fault of either.
            while sent < count {
                sent += (&client).write(&vec![b'x'; 64 * 1024][..(count - sent).min(64 * 1024)])?;
            }
            client.shutdown(Shutdown::Write)
        };
        let _ = say();
        sent
    });
    let result = serve_client(stream, GREETING);
    Ok((result, finished(client)?))
}

/// What a server has heard of its one client.
struct Heard {
    /// Whether anybody came.
    came: bool,
    /// Whether something was said before the greeting.
    early: bool,
    bytes: Vec<u8>,
    /// How it ended: with the end of the stream, or with this error. The server waits 2 s for it.
    end: Result<(), ErrorKind>,
}

/// A server for one client: greets, and hears it out. Where it knows the client's thread, it greets only when that one
/// waits for the greeting.
fn serve_one(listening: Socket, greeting: Vec<u8>, client: Option<Watched>) -> JoinHandle<io::Result<Heard>> {
    thread::spawn(move || {
        let mut heard = Heard { came: false, early: false, bytes: Vec::new(), end: Ok(()) };
        let Some((mut stream, _)) = partner::wait_for_client(&listening)? else { return Ok(heard) };
        heard.came = true;
        if let Some(client) = client {
            // Only Linux tells what a thread waits in; elsewhere we have to give it a while.
            let wait = if client.blocks_in("recv(2)").is_ok() { 20 } else { 100 };
            stream.set_read_timeout(Some(Duration::from_millis(wait)))?;
            heard.early = stream.peek(&mut [MaybeUninit::uninit()]).is_ok_and(|waiting| waiting > 0);
        }
        stream.set_read_timeout(Some(partner::PATIENCE))?;
        let ended = stream.write_all(&greeting).and_then(|()| stream.read_to_end(&mut heard.bytes));
        heard.end = ended.map(|_| ()).map_err(|error| error.kind());
        Ok(heard)
    })
}

/// What a partner's thread brought back.
fn finished<T>(partner: JoinHandle<T>) -> io::Result<T> {
    partner.join().map_err(|_| io::Error::other("a partner of your function panicked"))
}

/// Leaves the driver when there is nothing to drive yet.
fn started<T>(result: &io::Result<T>) -> io::Result<()> {
    match result.as_ref().err().and_then(NotStarted::of) {
        Some(not_started) => Err(not_started.into()),
        None => Ok(()),
    }
}

fn copy_of(error: &io::Error) -> io::Error {
    error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error)
}

fn quoted(bytes: &[u8]) -> String {
    match bytes.len() {
        0..=60 => format!("{:?}", String::from_utf8_lossy(bytes)),
        count => format!("{count} bytes"),
    }
}
