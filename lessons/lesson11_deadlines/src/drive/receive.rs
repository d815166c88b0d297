//! Messages that come in time.

use std::io::{self, Write};
use std::time::Duration;

use narrator::kernel::{State, connection};
use narrator::partner::{self, PATIENCE};
use narrator::{Story, judge, local_address};
use socket2::Socket;

use super::{AMPLE, MESSAGE, is, not_all, received, says, stays};
use crate::ReceiveWithin;

/// More than one recv gives.
const MUCH: usize = 300_000;

pub(super) fn one_message(story: &mut Story, receive: ReceiveWithin) -> io::Result<()> {
    story.step("A client sends 7 bytes and stays. Your function is asked for 7, within 4 s.");
    let (stream, client) = partner::meet(story, None)?;
    says(story, &stream, &client, MESSAGE)?;
    let (given, _client) = received(story, receive, &stream, (MESSAGE.len(), AMPLE), stays(client))?;
    story.check(is(&given, MESSAGE), "All of them, and the stream is as it was.", not_all(&given, MESSAGE))
}

pub(super) fn in_two_pieces(story: &mut Story, receive: ReceiveWithin) -> io::Result<()> {
    story.step("The same in two pieces, the second a moment after the first.");
    let (stream, client) = partner::meet(story, None)?;
    says(story, &stream, &client, &MESSAGE[..3])?;
    let (given, (sent, _client)) = received(story, receive, &stream, (MESSAGE.len(), AMPLE), move |returned| {
        // Who takes the first piece for all has returned by then.
        returned.within(Duration::from_millis(20));
        let sent = (&client).write_all(&MESSAGE[3..]);
        (sent, stays(client)(returned))
    })?;
    story.client("send(\" 100\")", sent);
    story.check(is(&given, MESSAGE), "Both pieces, in one message.", not_all(&given, MESSAGE))
}

pub(super) fn two_messages(story: &mut Story, receive: ReceiveWithin) -> io::Result<()> {
    story.step("A client sends two messages at once. Your function is called for each.");
    let (stream, client) = partner::meet(story, None)?;
    says(story, &stream, &client, b"pay 100pay 5")?;
    let (server, own) = (local_address(&stream)?, local_address(&client)?);
    let (given, client) = received(story, receive, &stream, (7, AMPLE), stays(client))?;
    if !is(&given, MESSAGE) {
        return Err(story.mistake(not_all(&given, MESSAGE)));
    }
    if !matches!(partner::peek(&stream), Ok(5)) {
        return Err(story.mistake(
            "The bytes are right, and behind them 5 more should wait in the stream: your function has taken some of these \
             as well. Offer recv no more room than is still missing.",
        ));
    }
    story.kernel(connection(server, own, State::Established).unread(5));
    let (given, _client) = received(story, receive, &stream, (5, AMPLE), stays(client))?;
    story.check(is(&given, b"pay 5"), "Each by itself: nothing behind it was taken.", not_all(&given, b"pay 5"))
}

pub(super) fn nothing_asked(story: &mut Story, receive: ReceiveWithin) -> io::Result<()> {
    story.step("Your function is asked for 0 bytes: while nothing is there, and while 7 are.");
    let (stream, client) = partner::meet(story, None)?;
    let limit = Duration::from_millis(60);
    let (given, client) = received(story, receive, &stream, (0, limit), stays(client))?;
    let mistake = |given: &io::Result<Vec<u8>>| match given {
        Ok(_) => "0 bytes were asked for, and these are some: they belong to the next call.",
        Err(error) if judge::timed_out(error.kind()) => {
            "0 bytes need not be waited for: the result is Ok at once, whether something is there or not."
        }
        Err(_) => {
            "0 bytes are there at any time, so nothing can fail. (A recv into no room gives 0, and that is no end.)"
        }
    };
    if !is(&given, b"") {
        return Err(story.mistake(mistake(&given)));
    }
    says(story, &stream, &client, MESSAGE)?;
    let (given, _client) = received(story, receive, &stream, (0, limit), stays(client))?;
    if !is(&given, b"") {
        return Err(story.mistake(mistake(&given)));
    }
    let left = partner::peek(&stream).unwrap_or(0);
    story.check(
        left == MESSAGE.len(),
        "Nothing was waited for, and nothing was taken.",
        "0 bytes were asked for, and your function has taken some from the stream: they belong to the next call.",
    )
}

pub(super) fn much(story: &mut Story, receive: ReceiveWithin) -> io::Result<()> {
    story.step("A client sends 300,000 bytes, of all values.");
    let words: Vec<u8> = (0..=u8::MAX).cycle().take(MUCH).collect();
    let (stream, client) = partner::meet(story, None)?;
    client.set_write_timeout(Some(PATIENCE))?;
    let said = words.clone();
    let (given, (sent, _client)) = received(story, receive, &stream, (MUCH, AMPLE), move |returned| {
        let sent = (&client).write_all(&said);
        (sent, stays(client)(returned))
    })?;
    story.client("send() until all is sent", sent.map(|()| format!("{MUCH} bytes")));
    story.check(is(&given, &words), "Byte for byte.", not_all(&given, &words))
}

pub(super) fn over_ipv6(story: &mut Story, receive: ReceiveWithin) -> io::Result<()> {
    story.step("A client of IPv6.");
    let Some((stream, client)) = partner::meet_v6(story, None)? else { return Ok(()) };
    says(story, &stream, &client, MESSAGE)?;
    let (given, _client): (_, Socket) = received(story, receive, &stream, (MESSAGE.len(), AMPLE), stays(client))?;
    story.check(is(&given, MESSAGE), "The same over the other family.", not_all(&given, MESSAGE))
}
