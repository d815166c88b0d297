//! Drives the learner's functions: clients of every sort for `serve_client`, servers for `converse`.

use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use narrator::{NotStarted, Story, partner};
use socket2::Socket;

use crate::{ANSWER, Converse, GREETING, MOST, ServeClient};

/// How long the stream waits where silence is not what the step is about: longer than any client does.
const LONG: Duration = Duration::from_secs(4);

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
    let (stream, client) = meet(LONG)?;
    let client = thread::spawn(move || {
        let heard = hear(&client, GREETING.len());
        // Cut inside a character: whoever decodes piece by piece stumbles here.
        let (first, second) = ANSWER.as_bytes().split_at(7);
        let said = (&client).write_all(first).and_then(|()| {
            pause(&client)?;
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
        Ok(_) => "That is not the greeting: send all of its bytes, and nothing else.",
        Err(_) => "The client waited 2 s for the greeting: the server speaks first, and the client only then.",
    };
    story.check(greeted, "It was greeted.", mistake)?;
    let answer = story.yours("serve_client(stream, greeting)", result, |answer| quoted(answer))?;
    let mistake = match answer.len() {
        0 => "The client answered, and your function returned nothing of it: receive until recv gives 0.",
        7 => {
            "That is the first piece alone. The answer ends where the client stops sending: receive until recv gives 0."
        }
        _ => "That is not what the client sent: return its bytes, all of them, as they came.",
    };
    story.check(answer == ANSWER.as_bytes(), "You received the answer to its end.", mistake)?;
    story.client("recv()", end.as_ref().copied().map_err(copy_of));
    story.check(
        matches!(end, Ok(0)),
        "And its connection ended in good order.",
        "The client waits for the end of the conversation in vain, or is reset: close the stream when you have it all.",
    )
}

fn one_that_leaves(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    story.step("A client hears the greeting, and leaves without a word.");
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
    let result = answered_with(serve_client, MOST)?;
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
        let result = answered_with(serve_client, count)?;
        let kind = result.as_ref().err().map(io::Error::kind);
        story.you("serve_client(stream, greeting)", result.map(|answer| format!("{} bytes", answer.len())));
        let mistake = match kind {
            None => {
                "It was taken. More than 64 KiB is refused, with InvalidData: a stranger must not fill your memory."
            }
            Some(_) => "That is an error, but not the one that tells the caller why: more than 64 KiB is InvalidData.",
        };
        story.check(kind == Some(ErrorKind::InvalidData), "Refused.", mistake)?;
    }
    Ok(())
}

fn one_that_breaks_off(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    story.step("A client hears the greeting, and breaks the connection off.");
    let (stream, client) = meet(LONG)?;
    let client = thread::spawn(move || {
        let heard = hear(&client, GREETING.len()).map(|_| ());
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
    let (stream, client) = meet(Duration::from_millis(100))?;
    let client = thread::spawn(move || {
        let heard = hear(&client, GREETING.len()).map(|_| ());
        // Until the server has closed, or for 2 s.
        heard.and_then(|()| (&client).read(&mut [0; 64]))
    });
    let result = serve_client(stream, GREETING);
    let waited = finished(client)?;
    let timed_out = |kind| matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut);
    let kind = result.as_ref().err().map(io::Error::kind);
    // Linux calls it WouldBlock, Windows TimedOut.
    match kind {
        Some(kind) if timed_out(kind) => story.you("serve_client(stream, greeting)", "the timeout's error"),
        _ => story.you("serve_client(stream, greeting)", result.map(|answer| quoted(&answer))),
    }
    let mistake = match kind {
        None if waited.is_err() => {
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
    no_server(story, converse)
}

fn a_server_that_greets(story: &mut Story, converse: Converse) -> io::Result<()> {
    story.step("A server greets, and then waits for the answer and its end.");
    let (listening, address) = partner::listen(5)?;
    story.name(address, "server");
    let server = serve_one(listening, GREETING.as_bytes().to_vec());
    let result = converse(address, ANSWER);
    started(&result)?;
    let (heard, ended) = finished(server)??;
    let mistake = match (&result, heard.is_empty(), ended) {
        (_, true, false) => {
            "The server greeted, and waited 2 s for an answer that never came. It does not close before it has one: \
             receive once, not to the end."
        }
        (_, _, false) => "The server has the answer and waits for its end: close, when you have sent it.",
        (_, true, _) => "The server heard no answer: send it, when you have the greeting.",
        _ => "That is not the answer that your function was given: send its bytes, all of them, as they are.",
    };
    story.server("recv() until the end", quoted(&heard));
    story.check(heard == ANSWER.as_bytes() && ended, "The server has your answer, and its end.", mistake)?;
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
    let server = serve_one(listening, vec![b'w'; 2000]);
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

/// A stream as the server has it, with this read timeout, and the client at its other end.
fn meet(timeout: Duration) -> io::Result<(Socket, Socket)> {
    let (listening, server) = partner::listen(1)?;
    let (client, _) = partner::connect(server)?;
    let (stream, _) = listening.accept()?;
    stream.set_read_timeout(Some(timeout))?;
    stream.set_write_timeout(Some(LONG))?;
    Ok((stream, client))
}

/// Waits long enough for the server to take what was sent, so that the next piece is one of its own; a server that closes
/// meanwhile ends the wait.
fn pause(mut client: &Socket) -> io::Result<()> {
    client.set_read_timeout(Some(Duration::from_millis(100)))?;
    let _ = client.read(&mut [0; 64]);
    client.set_read_timeout(Some(partner::PATIENCE))
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

/// The learner's server, and a client that answers with so many bytes.
fn answered_with(serve_client: ServeClient, count: usize) -> io::Result<io::Result<Vec<u8>>> {
    let (stream, client) = meet(LONG)?;
    let client = thread::spawn(move || -> io::Result<()> {
        hear(&client, GREETING.len())?;
        // A server that refuses closes with bytes unread, so the client is reset: no fault of either.
        let mut sent = 0;
        while sent < count {
            sent += (&client).write(&vec![b'x'; 64 * 1024][..(count - sent).min(64 * 1024)])?;
        }
        client.shutdown(Shutdown::Write)
    });
    let result = serve_client(stream, GREETING);
    let _ = finished(client)?;
    Ok(result)
}

/// A server for one client: greets, and hears it out; what it heard, and whether the end came within 2 s.
fn serve_one(listening: Socket, greeting: Vec<u8>) -> JoinHandle<io::Result<(Vec<u8>, bool)>> {
    thread::spawn(move || {
        let Some((stream, _)) = partner::wait_for_client(&listening)? else { return Ok((Vec::new(), false)) };
        stream.set_read_timeout(Some(partner::PATIENCE))?;
        (&stream).write_all(&greeting)?;
        let mut heard = Vec::new();
        let ended = (&stream).read_to_end(&mut heard).is_ok();
        Ok((heard, ended))
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
