//! Drives `converse`: servers, and none.

use std::io::{self, ErrorKind, Read, Write};
use std::mem::MaybeUninit;
use std::net::Shutdown;
use std::thread::JoinHandle;
use std::time::Duration;

use narrator::partner::{self, shown};
use narrator::small_print::SmallPrint;
use narrator::watchdog::Watched;
use narrator::{LOOPBACK, Outcome, Story, judge, kernel, local_address, peer_address};
use socket2::Socket;

use super::{interrupted, untold_servers};
use crate::{ANSWER, Converse, GREETING};

pub(crate) fn converse(story: &mut Story, converse: Converse) -> io::Result<()> {
    a_server_that_greets(story, converse)?;
    a_server_that_says_too_much(story, converse)?;
    a_server_that_speaks_no_text(story, converse)?;
    untold_servers::who_say_anything(story, converse)?;
    untold_servers::who_greets_in_two_pieces(story, converse)?;
    a_server_that_breaks_off(story, converse)?;
    no_server(story, converse)?;
    judge::without_room(story, || converse(LOOPBACK, ANSWER))?;
    out_of_reach(story, converse)?;
    a_server_of_the_other_family(story, converse)?;
    interrupted::interrupted(story)?;
    untold_servers::who_breaks_off_in_the_answer(story, converse)
}

fn a_server_that_greets(story: &mut Story, converse: Converse) -> io::Result<()> {
    story.step("A server greets, and then waits for the answer and its end.");
    story.if_it_hangs(
        "The server has given up after 2 s, and each recv gives 0, at once: receive once, and then answer.",
    );
    let (listening, address) = partner::listen(5)?;
    story.name(address, "server");
    let server = serve_one(listening, GREETING.as_bytes().to_vec(), Some(Watched::this_thread()))?;
    let small_print = SmallPrint::before();
    let result = converse(address, ANSWER);
    judge::started(&result)?;
    let Heard { came, early, keepalive, bytes: heard, end } = partner::finished(server)??;
    let gave_up = end.is_err_and(judge::timed_out);
    if judge::failed_with(&result, ErrorKind::AddrInUse) {
        story.you("converse(server, answer)", result.map(|greeting| shown(&greeting)));
        return Err(
            story.mistake("AddrInUse is an error of bind. A client needs no bind: connect chooses its address.")
        );
    }
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
        (_, Err(ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted))
            if result.as_ref().is_ok_and(|greeting| greeting == GREETING.as_bytes()) =>
        {
            "The server was reset, and got no end, although you had read all of its greeting. A linger time of 0 does that: \
             leave it alone, and close sends the end."
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
    if heard == ANSWER.as_bytes() && !early {
        small_print.holds(story, [])?;
    }
    let in_order = !early && end.is_ok();
    story.check(heard == ANSWER.as_bytes() && in_order, "The server has your answer, and its end.", mistake)?;
    let greeting = story.yours("converse(server, answer)", result, |greeting| shown(greeting))?;
    let mistake = match greeting.len() {
        0 => "The server greeted, and your function returned nothing of it.",
        1024 => "Those are bytes of your buffer that recv has not filled: its result says how many it did.",
        _ => "That is not the greeting: return the bytes that recv brought.",
    };
    story.check(greeting == GREETING.as_bytes(), "And you have its greeting.", mistake)?;
    if keepalive {
        return Err(story.mistake(KEEPALIVE));
    }
    small_print.holds(story, [])
}

const KEEPALIVE: &str =
    "Your client's keepalive is on: its timer runs while it waits for the greeting. Nobody asked for that.";

fn a_server_that_says_too_much(story: &mut Story, converse: Converse) -> io::Result<()> {
    story.step("A server greets with 2000 bytes.");
    let (listening, address) = partner::listen(5)?;
    story.name(address, "server");
    let server = serve_one(listening, vec![b'w'; 2000], None)?;
    let small_print = SmallPrint::before();
    let result = converse(address, ANSWER);
    let _ = partner::finished(server)?;
    let greeting = story.yours("converse(server, answer)", result, |greeting| format!("{} bytes", greeting.len()))?;
    story.check(
        greeting.len() == 1024,
        "One recv, of at most 1024 bytes: the rest is lost, and that is this protocol's weakness.",
        "The contract is one recv of at most 1024 bytes: a stranger decides how much comes, and you how much you take.",
    )?;
    small_print.holds(story, [])
}

/// A greeting is bytes, as an answer is.
fn a_server_that_speaks_no_text(story: &mut Story, converse: Converse) -> io::Result<()> {
    const BYTES: &[u8] = b"\xef\xbb\xbf \0one\r\n\xff \n";
    story.step("A server greets with bytes that are no text.");
    let (listening, address) = partner::listen(5)?;
    story.name(address, "server");
    let server = serve_one(listening, BYTES.to_vec(), None)?;
    let small_print = SmallPrint::before();
    let result = converse(address, ANSWER);
    let heard = partner::finished(server)??;
    let greeting = story.yours("converse(server, answer)", result, |greeting| shown(greeting))?;
    story.check(
        greeting == BYTES && heard.bytes == ANSWER.as_bytes(),
        "Every byte as it came: what they mean is for the caller.",
        "These are not the bytes that recv brought. A greeting need not be a text: return its bytes, as they came.",
    )?;
    small_print.holds(story, [])
}

fn a_server_that_breaks_off(story: &mut Story, converse: Converse) -> io::Result<()> {
    story.step("A server takes the connection, and breaks it off before it has greeted.");
    let (listening, address) = partner::listen(5)?;
    story.name(address, "server");
    let client = Watched::this_thread();
    let server = partner::at_work(move || {
        let Some((stream, _)) = partner::wait_for_client(&listening)? else { return Ok(()) };
        // Only Linux says when; elsewhere the client may find out by connect or send.
        let _ = client.waits_to_receive();
        stream.set_linger(Some(Duration::ZERO))
    })?;
    let small_print = SmallPrint::before();
    let result = converse(address, ANSWER);
    partner::finished(server)??;
    let right = judge::failed_with(&result, ErrorKind::ConnectionReset);
    story.you("converse(server, answer)", result.map(|greeting| shown(&greeting)));
    story.check(
        right,
        "The caller learns it.",
        "recv failed with ConnectionReset, and the caller should learn it: hand recv's own error on, with `?`.",
    )?;
    small_print.holds(story, [])
}

fn no_server(story: &mut Story, converse: Converse) -> io::Result<()> {
    story.step("Nobody listens.");
    let (listening, address) = partner::listen(5)?;
    story.name(address, "server");
    drop(listening);
    let small_print = SmallPrint::before();
    let result = converse(address, ANSWER);
    let kind = judge::kind(&result);
    story.you("converse(server, answer)", result.map(|greeting| shown(&greeting)));
    story.check(
        kind == Some(ErrorKind::ConnectionRefused),
        "The caller learns why, by the error's kind.",
        "Nobody listens there, and the caller should learn it: hand connect's own error on, with `?`.",
    )?;
    small_print.holds(story, [])
}

/// An error of another kind.
fn out_of_reach(story: &mut Story, converse: Converse) -> io::Result<()> {
    story.step("127.255.255.255 is loopback's broadcast address, and TCP has no broadcast.");
    let Some((broadcast, kind)) = partner::out_of_reach() else {
        story.skip("this system gives no error for it at once.");
        return Ok(());
    };
    let small_print = SmallPrint::before();
    let failed = converse(broadcast, ANSWER);
    let right = judge::failed_with(&failed, kind);
    let told = failed.as_ref().map_or_else(Outcome::from, |greeting| Outcome::from(shown(greeting)));
    story.you("converse(broadcast, answer)", if right { Outcome::from("connect's own error") } else { told });
    let mistake = format!("connect says {kind:?} here, and the caller should get that: hand connect's own error on.");
    story.check(right, "Whatever connect says is for the caller.", &mistake)?;
    small_print.holds(story, [])
}

/// Not every machine has IPv6.
fn a_server_of_the_other_family(story: &mut Story, converse: Converse) -> io::Result<()> {
    story.step("A server greets at [::1], the loopback address of IPv6.");
    let Some((listening, address)) = partner::listen_v6(story, 5)? else { return Ok(()) };
    story.name(address, "server");
    let server = serve_one(listening, GREETING.as_bytes().to_vec(), None)?;
    let small_print = SmallPrint::before();
    let result = converse(address, ANSWER);
    let heard = partner::finished(server)??;
    let mistake = match &result {
        Err(error) if judge::of_another_family(error) => {
            "The address is of IPv6, and the socket is not: Domain::for_address gives the family that fits."
        }
        _ => "The same conversation as over IPv4 has to take place here, and did not.",
    };
    let right = heard.bytes == ANSWER.as_bytes()
        && heard.end.is_ok()
        && result.as_ref().is_ok_and(|said| said == GREETING.as_bytes());
    story.you("converse(server, answer)", result.map(|greeting| shown(&greeting)));
    story.check(right, "The socket's family follows the address.", mistake)?;
    if heard.keepalive {
        return Err(story.mistake(KEEPALIVE));
    }
    small_print.holds(story, [])
}

/// What a server has heard of its one client.
pub(super) struct Heard {
    /// Whether anybody came.
    came: bool,
    /// Whether something was said before the greeting.
    early: bool,
    /// Whether the client's keepalive is on.
    keepalive: bool,
    pub bytes: Vec<u8>,
    /// How it ended: with the end of the stream, or with this error. The server waits 2 s for it.
    pub end: Result<(), ErrorKind>,
}

/// A server for one client: greets, and hears it out. Where it knows the client's thread, it greets only when that one
/// waits for the greeting. An empty greeting is its end.
pub(super) fn serve_one(
    listening: Socket,
    greeting: Vec<u8>,
    client: Option<Watched>,
) -> io::Result<JoinHandle<io::Result<Heard>>> {
    partner::at_work(move || {
        let mut heard = Heard { came: false, early: false, keepalive: false, bytes: Vec::new(), end: Ok(()) };
        let Some((mut stream, _)) = partner::wait_for_client(&listening)? else { return Ok(heard) };
        heard.came = true;
        // Of a socket that only the function has, the kernel tells a little.
        let (own, peer) = (local_address(&stream)?, peer_address(&stream)?);
        let rows = kernel::rows(peer).unwrap_or_default();
        heard.keepalive = rows.iter().any(|row| row.peer == own && row.keepalive);
        if let Some(client) = client {
            // Only Linux tells what a thread waits in; elsewhere we have to give it a while.
            let wait = if client.waits_to_receive().is_ok() { 20 } else { 100 };
            stream.set_read_timeout(Some(Duration::from_millis(wait)))?;
            heard.early = stream.peek(&mut [MaybeUninit::uninit()]).is_ok_and(|waiting| waiting > 0);
        }
        stream.set_read_timeout(Some(partner::PATIENCE))?;
        stream.set_out_of_band_inline(true)?;
        let greeted = if greeting.is_empty() { stream.shutdown(Shutdown::Write) } else { stream.write_all(&greeting) };
        let ended = greeted.and_then(|()| stream.read_to_end(&mut heard.bytes));
        heard.end = ended.map(|_| ()).map_err(|error| error.kind());
        Ok(heard)
    })
}
