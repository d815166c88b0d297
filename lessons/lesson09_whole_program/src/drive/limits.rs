//! Drives `serve_client` at its limits: answers that are as long as may be, and longer, and a greeting that is not taken.

use std::io::{self, ErrorKind, Write};
use std::net::Shutdown;

use narrator::partner::{self, LONG, shown};
use narrator::small_print::SmallPrint;
use narrator::{Outcome, Story, judge};

use super::serve_client::{MORE_THAN_THE_GREETING, hear};
use super::untold::SHORT;
use crate::{ANSWER, GREETING, MOST, ServeClient};

pub(super) fn one_at_the_limit(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    story.step("A client answers with 65536 bytes: 64 KiB, as many as it may.");
    let (result, _) = answered_with(story, serve_client, MOST)?;
    if judge::failed_with(&result, ErrorKind::InvalidData) {
        story.you("serve_client(stream, greeting)", result.map(|_| String::new()));
        return Err(story.mistake("65536 bytes are allowed, and were refused: only the first byte more is too much."));
    }
    let answer = story.yours("serve_client(stream, greeting)", result, |answer| format!("{} bytes", answer.len()))?;
    story.check(
        answer.len() == MOST,
        "All of them: the limit itself is allowed.",
        "The client may send 65536 bytes, and sent just as many. Return all of them.",
    )
}

pub(super) fn one_beyond_the_limit(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    for (title, count) in
        [("A client answers with one byte more.", MOST + 1), ("A client answers with 20,000,000 bytes.", 20_000_000)]
    {
        story.step(title);
        let (result, sent) = answered_with(story, serve_client, count)?;
        let kind = judge::kind(&result);
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

pub(super) fn one_that_hears_a_long_greeting(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    story.step("The greeting has 900,000 bytes, and the client hears all of it.");
    let greeting = "Welcome! ".repeat(100_000);
    let (stream, client) = partner::meet(story, Some(LONG))?;
    let count = greeting.len();
    let client = partner::at_work(move || {
        let heard = hear(&client, count)?;
        client.shutdown(Shutdown::Write).map(|()| heard)
    })?;
    let small_print = SmallPrint::before().given(&stream);
    let result = serve_client(stream, &greeting);
    let heard = partner::finished(client)?.unwrap_or_default();
    story.yours("serve_client(stream, greeting)", result, |answer| shown(answer))?;
    story.check(
        heard == greeting.as_bytes(),
        "However long it is.",
        "The client has not heard the whole greeting: send all of its bytes, however many.",
    )?;
    small_print.holds(story, [])
}

/// It answers all the same; but the greeting has to be sent first, whole, and its time runs out.
pub(super) fn one_that_does_not_listen(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    story.step("A client answers, and takes nothing of a long greeting. The caller has set a timeout.");
    let (stream, client) = partner::meet(story, Some(SHORT))?;
    stream.set_send_buffer_size(BUFFER)?;
    client.set_recv_buffer_size(BUFFER)?;
    (&client).write_all(ANSWER.as_bytes())?;
    client.shutdown(Shutdown::Write)?;
    let small_print = SmallPrint::before().given(&stream);
    let result = serve_client(stream, &"Welcome! ".repeat(1_000_000));
    let right = judge::kind(&result).is_some_and(judge::timed_out_here);
    let told = result.as_ref().map_or_else(Outcome::from, |answer| Outcome::from(shown(answer)));
    // Linux calls it WouldBlock, Windows TimedOut.
    story.you("serve_client(stream, greeting)", if right { Outcome::from("the timeout's error") } else { told });
    story.check(
        right,
        "The greeting could not be sent whole, and the caller learns it.",
        match result {
            Ok(_) => {
                "send took a part of the greeting, and said how many bytes that was: the rest was never sent, and your \
                 function went on. write_all sends all, or says why it cannot."
            }
            Err(_) => "Hand on what send itself says: its time ran out.",
        },
    )?;
    small_print.holds(story, [])
}

/// The size that is asked for of each of the two kernel buffers between a client and a server. Linux takes it twice.
const BUFFER: usize = 128 * 1024;

/// The learner's server, and a client that answers with so many bytes; what came of it, and how many bytes were sent.
fn answered_with(
    story: &mut Story,
    serve_client: ServeClient,
    count: usize,
) -> io::Result<(io::Result<Vec<u8>>, usize)> {
    let (stream, client) = partner::meet(story, Some(LONG))?;
    // Else the kernel lets them grow, on some systems to many megabytes.
    stream.set_recv_buffer_size(BUFFER)?;
    client.set_send_buffer_size(BUFFER)?;
    let client = partner::at_work(move || {
        let mut sent = 0;
        // Characters of several bytes: the limit is in bytes.
        let words: Vec<u8> = ANSWER.bytes().cycle().take(64 * 1024).collect();
        let mut say = || -> io::Result<Vec<u8>> {
            hear(&client, GREETING.len())?;
            // A server that refuses closes with bytes unread, so the client is reset: no fault of either.
            while sent < count {
                sent += (&client).write(&words[..(count - sent).min(words.len())])?;
            }
            client.shutdown(Shutdown::Write)?;
            partner::until_the_end(&client)
        };
        let more = say().unwrap_or_default();
        (sent, more)
    })?;
    let small_print = SmallPrint::before().given(&stream);
    let result = serve_client(stream, GREETING);
    let (sent, more) = partner::finished(client)?;
    small_print.holds(story, [])?;
    if !more.is_empty() {
        return Err(
            story.mistake(&format!("Behind the greeting the client heard {}. {MORE_THAN_THE_GREETING}", shown(&more)))
        );
    }
    Ok((result, sent))
}
