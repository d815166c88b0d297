//! Drives `serve_client`: clients of every sort.

use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::time::{Duration, Instant};

use narrator::glance::Glance;
use narrator::partner::{self, LONG, shown};
use narrator::small_print::SmallPrint;
use narrator::watchdog::Watched;
use narrator::wire::fin;
use narrator::{Outcome, Story, judge, local_address};
use socket2::{Domain, Socket, Type};

use super::{interrupted, limits, untold};
use crate::{ANSWER, GREETING, ServeClient};

/// Where a client has stopped sending.
const ZERO_IS_THE_END: &str = "The client has stopped sending, and each recv gives 0, at once: that is the end, not \
                               \"nothing yet\".";
pub(super) const MORE_THAN_THE_GREETING: &str = "You sent more than the greeting: send its bytes, and nothing behind them, not \
                                      even a line break.";

pub(crate) fn serve_client(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    one_that_answers(story, serve_client)?;
    one_that_leaves(story, serve_client)?;
    limits::one_at_the_limit(story, serve_client)?;
    limits::one_beyond_the_limit(story, serve_client)?;
    one_that_breaks_off(story, serve_client)?;
    untold::who_breaks_off(story, serve_client)?;
    one_that_is_silent(story, serve_client)?;
    untold::who_falls_silent(story, serve_client)?;
    limits::one_that_hears_a_long_greeting(story, serve_client)?;
    limits::one_that_does_not_listen(story, serve_client)?;
    interrupted::interrupted_greeting(story)?;
    untold::who_breaks_off_unheard(story, serve_client)?;
    untold::who_takes_nothing(story, serve_client)?;
    none_at_all(story, serve_client)?;
    untold::a_socket_that_fails_otherwise(story, serve_client)?;
    one_that_sends_no_text(story, serve_client)?;
    untold::who_says_anything(story, serve_client)
}

/// What begins a sentence about the socket that the function closes.
pub(super) const CLOSED: &str = "The stream that you closed";

fn one_that_answers(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    story.step("A client hears the greeting, answers in two pieces, and is done sending.");
    story.if_it_hangs(ZERO_IS_THE_END);
    let (stream, client) = partner::meet(story, Some(LONG))?;
    let (address, own) = (local_address(&stream)?, local_address(&client)?);
    let server = Watched::this_thread();
    let client = partner::at_work(move || {
        let mut heard = hear(&client, GREETING.len());
        // Cut inside a character: whoever decodes piece by piece stumbles here.
        let (first, second) = ANSWER.as_bytes().split_at(7);
        let said = (&client).write_all(first).and_then(|()| {
            let more = pause(&client, &server)?;
            if let Ok(heard) = &mut heard {
                heard.extend_from_slice(&more);
            }
            (&client).write_all(second)
        });
        let ended = said.and_then(|()| client.shutdown(Shutdown::Write));
        (heard, ended.and_then(|()| (&client).read(&mut [0; 64])))
    })?;
    let small_print = SmallPrint::before().given(&stream);
    let result = serve_client(stream, GREETING);
    judge::started(&result)?;
    let (heard, end) = partner::finished(client)?;
    story.wire([fin(own, address), fin(address, own)].concat());
    story.client("recv()", heard.as_ref().map(|heard| shown(heard)).map_err(copy_of));
    let greeted = heard.as_ref().is_ok_and(|heard| heard == GREETING.as_bytes());
    let mistake = match &heard {
        Ok(heard) if heard.is_empty() => "The client heard the end before any greeting: send it first.",
        Ok(heard) if heard.starts_with(GREETING.as_bytes()) => MORE_THAN_THE_GREETING,
        Ok(_) => "That is not the greeting: send all of its bytes, and nothing else.",
        Err(_) => "The client waited 2 s for the greeting: the server speaks first, and the client only then.",
    };
    story.check(greeted, "It was greeted.", mistake)?;
    let answer = story.yours("serve_client(stream, greeting)", result, |answer| shown(answer))?;
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
    small_print.holds(story, [])?;
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
    let (stream, client) = partner::meet(story, Some(LONG))?;
    let client = partner::at_work(move || hear(&client, GREETING.len()).map(|_| ()))?;
    let clone = stream.try_clone()?;
    let small_print = SmallPrint::before().given_with_a_clone(CLOSED, &stream, &clone);
    let result = serve_client(stream, GREETING);
    partner::finished(client)?.ok();
    let answer = story.yours("serve_client(stream, greeting)", result, |answer| shown(answer))?;
    story.check(
        answer.is_empty(),
        "No answer is an answer, the empty one.",
        "The client said nothing at all: what your function returns has to be empty.",
    )?;
    small_print.holds(story, [])
}

fn one_that_breaks_off(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    story.step("A client hears the greeting, and breaks the connection off.");
    let (stream, client) = partner::meet(story, Some(LONG))?;
    let (server, glance) = (Watched::this_thread(), Glance::at("The stream", &stream)?);
    let client = partner::at_work(move || {
        let heard = hear(&client, GREETING.len()).map(|_| ());
        // By then the server has done whatever else it does, so that it is recv that tells it. Only Linux says when.
        let _ = server.waits_to_receive();
        let changed = glance.look();
        heard.and_then(|()| client.set_linger(Some(Duration::ZERO))).map(|()| changed)
    })?;
    let clone = stream.try_clone()?;
    let small_print = SmallPrint::before().given_with_a_clone(CLOSED, &stream, &clone);
    let result = serve_client(stream, GREETING);
    let changed = partner::finished(client)?.ok().flatten();
    let kind = judge::kind(&result);
    story.you("serve_client(stream, greeting)", result.map(|answer| shown(&answer)));
    if let Some(mistake) = changed {
        return Err(story.mistake(&mistake));
    }
    let mistake = match kind {
        None => "The client broke off, and your function says that all is well: hand recv's error on, with `?`.",
        Some(_) => "Hand on what recv itself says: the caller tells a reset from other errors by its kind.",
    };
    story.check(kind == Some(ErrorKind::ConnectionReset), "The caller learns it.", mistake)?;
    small_print.holds(story, [])
}

fn one_that_is_silent(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    story.step("A client is greeted, and falls silent. The caller has set a timeout.");
    let (stream, client) = partner::meet(story, Some(untold::SHORT))?;
    let (result, waited_on) = untold::in_silence(story, serve_client, stream, client)?;
    let kind = judge::kind(&result);
    // Linux calls it WouldBlock, Windows TimedOut.
    match kind {
        Some(kind) if judge::timed_out_here(kind) => story.you("serve_client(stream, greeting)", "the timeout's error"),
        _ => story.you("serve_client(stream, greeting)", result.map(|answer| shown(&answer))),
    }
    let mistake = match kind {
        _ if waited_on => {
            "Your function went on waiting after the timeout, until the client gave up: hand the timeout on, with `?`."
        }
        None => "The client was silent, and your function says that all is well: hand the timeout on, with `?`.",
        Some(_) => "Hand on what recv itself says: the caller tells silence from other errors by its kind.",
    };
    let right = kind.is_some_and(judge::timed_out_here) && !waited_on;
    story.check(right, "The caller learns it, and can do something else.", mistake)
}

/// An answer is bytes: with a byte order mark, spaces, both line ends, a byte of 0 and one that is no UTF-8.
fn one_that_sends_no_text(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    const BYTES: &[u8] = b"\xef\xbb\xbf \t\0one\r\ntwo\n\xff\xfe \r\n";
    story.step("A client of IPv6 answers with bytes that are no text.");
    let Some((stream, client)) = partner::meet_v6(story, Some(LONG))? else { return Ok(()) };
    let client = partner::at_work(move || {
        let heard = hear(&client, GREETING.len());
        let said = heard.and_then(|heard| (&client).write_all(BYTES).map(|()| heard));
        said.and_then(|heard| client.shutdown(Shutdown::Write).map(|()| (heard, partner::until_the_end(&client))))
    })?;
    let clone = stream.try_clone()?;
    let small_print = SmallPrint::before().given_with_a_clone(CLOSED, &stream, &clone);
    let result = serve_client(stream, GREETING);
    judge::started(&result)?;
    small_print.holds(story, [])?;
    drop(clone);
    match partner::finished(client)? {
        Ok((heard, Ok(more))) if heard == GREETING.as_bytes() && more.is_empty() => {}
        _ => {
            return Err(story.mistake("Over IPv6 the client has to hear the greeting and then the end, as over IPv4."));
        }
    }
    let answer = story.yours("serve_client(stream, greeting)", result, |answer| shown(answer))?;
    story.check(
        answer == BYTES,
        "Every byte as it came: what they mean is for the caller.",
        "These are not the bytes that the client sent. An answer need not be a text: return all of its bytes, as they came.",
    )
}

/// Where there is nobody, send says so.
fn none_at_all(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    story.step("Your function is given a socket that was never connected.");
    let stream = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let ours = Socket::new(Domain::IPV4, Type::STREAM, None)?.send(b"x");
    let small_print = SmallPrint::before().given(&stream);
    let result = serve_client(stream, GREETING);
    let right = judge::kind(&ours) == judge::kind(&result);
    let told = result.as_ref().map_or_else(Outcome::from, |answer| Outcome::from(shown(answer)));
    story.you("serve_client(stream, greeting)", if right { Outcome::from("send's own error") } else { told });
    story.check(
        right,
        "The caller learns that there was nobody.",
        "send fails here, and the caller should get send's own error: hand it on, with `?`.",
    )?;
    small_print.holds(story, [])
}

/// Waits until the server has taken what was sent and waits for more, so that the next piece is one of its own. Gives back
/// what the server has said meanwhile; one that closes ends the wait.
fn pause(mut client: &Socket, server: &Watched) -> io::Result<Vec<u8>> {
    // Only Linux tells what a thread waits in; elsewhere we have to give it a while.
    let wait = if server.waits_to_receive().is_ok() { 1 } else { 100 };
    let (begin, mut heard, mut buffer) = (Instant::now(), Vec::new(), [0; 64]);
    while let Some(left) = Duration::from_millis(wait).checked_sub(begin.elapsed()) {
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
pub(super) fn hear(mut stream: &Socket, count: usize) -> io::Result<Vec<u8>> {
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

fn copy_of(error: &io::Error) -> io::Error {
    error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error)
}
