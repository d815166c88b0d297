//! Drives `converse`: servers, and none.

use std::io::{self, ErrorKind, Read, Write};
use std::mem::MaybeUninit;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use narrator::partner::{self, shown};
use narrator::watchdog::Watched;
use narrator::{Story, judge};
use socket2::Socket;

use crate::{ANSWER, Converse, GREETING};

pub(crate) fn converse(story: &mut Story, converse: Converse) -> io::Result<()> {
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
    judge::started(&result)?;
    let Heard { came, early, bytes: heard, end } = partner::finished(server)??;
    let gave_up = end.is_err_and(judge::timed_out);
    if result.is_err() && heard.is_empty() && !gave_up {
        story.yours("converse(server, answer)", result, |greeting| shown(greeting))?;
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
    story.server("recv() until the end", shown(&heard));
    let in_order = !early && end.is_ok();
    story.check(heard == ANSWER.as_bytes() && in_order, "The server has your answer, and its end.", mistake)?;
    let greeting = story.yours("converse(server, answer)", result, |greeting| shown(greeting))?;
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
    let _ = partner::finished(server)?;
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
    let kind = judge::kind(&result);
    story.you("converse(server, answer)", result.map(|greeting| shown(&greeting)));
    story.check(
        kind == Some(ErrorKind::ConnectionRefused),
        "The caller learns why, by the error's kind.",
        "Nobody listens there, and the caller should learn it: hand connect's own error on, with `?`.",
    )
}

/// Not every machine has IPv6.
fn a_server_of_the_other_family(story: &mut Story, converse: Converse) -> io::Result<()> {
    story.step("A server greets at [::1], the loopback address of IPv6.");
    let Some((listening, address)) = partner::listen_v6(story, 5)? else { return Ok(()) };
    story.name(address, "server");
    let server = serve_one(listening, GREETING.as_bytes().to_vec(), None);
    let result = converse(address, ANSWER);
    let heard = partner::finished(server)??;
    let mistake = match heard.came {
        false => "The address is of IPv6, and the socket is not: Domain::for_address gives the family that fits.",
        true => "The same conversation as over IPv4 has to take place here, and did not.",
    };
    let right = heard.bytes == ANSWER.as_bytes() && result.as_ref().is_ok_and(|said| said == GREETING.as_bytes());
    story.you("converse(server, answer)", result.map(|greeting| shown(&greeting)));
    story.check(right, "The socket's family follows the address.", mistake)
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
