//! Clients that want every byte back, and close in good order.

use std::io::{self, ErrorKind, Write};
use std::net::Shutdown;
use std::thread;

use narrator::partner::{self, LONG};
use narrator::wire::fin;
use narrator::{Story, local_address};
use socket2::Socket;

use super::{Echo, converse, listen, visit, visit_and_look, went};
use crate::{EchoUntilGone, Farewell};

/// What a client says, one piece after the other; it waits for the echo of each.
const PIECES: [&[u8]; 3] = [b"knock", b"knock, knock", b"anybody home?"];

/// More than the buffers of most programs hold.
const MUCH: usize = 200_000;

pub(super) fn one_that_closes(story: &mut Story, echo: EchoUntilGone) -> io::Result<()> {
    story.step("A client speaks three times, each time after it has its echo, and closes.");
    story.if_it_hangs("The client has closed, and each recv gives 0, at once: that is the end, not \"nothing yet\".");
    let (stream, client) = partner::meet(story, Some(LONG))?;
    let (server, own) = (local_address(&stream)?, local_address(&client)?);
    let (result, (good, heard)) = visit(story, echo, stream, move || {
        for (good, piece) in PIECES.iter().enumerate() {
            let heard = converse(&client, piece);
            if heard != Echo::Whole {
                return (good, heard);
            }
        }
        (PIECES.len(), Echo::Whole)
    })?;
    story.wire(fin(own, server));
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

pub(super) fn one_that_never_speaks(story: &mut Story, echo: EchoUntilGone) -> io::Result<()> {
    story.step("A client connects and closes at once.");
    let (stream, client) = partner::meet(story, Some(LONG))?;
    let (result, ()) = visit(story, echo, stream, move || drop(client))?;
    went(story, result, (0, Farewell::Closed), |_| "Nobody said anything, so nothing can have been echoed.")?;
    story.meaning("Port scanners and health checks do just that.");
    Ok(())
}

pub(super) fn one_that_says_much(story: &mut Story, echo: EchoUntilGone) -> io::Result<()> {
    story.step("A client sends 200,000 bytes, half-closes, and reads its echo to the end.");
    // Of all values, so that it is no text: an echo must not care.
    let words: Vec<u8> = (0..=u8::MAX).cycle().take(MUCH).collect();
    let (stream, client) = partner::meet(story, Some(LONG))?;
    let (result, heard) = visit(story, echo, stream, move || {
        thread::scope(|threads| {
            threads.spawn(|| (&client).write_all(&words).and_then(|()| client.shutdown(Shutdown::Write)));
            listen(&client, &words, usize::MAX)
        })
    })?;
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

pub(super) fn one_of_ipv6(story: &mut Story, echo: EchoUntilGone) -> io::Result<()> {
    story.step("A client of IPv6 speaks, has its echo, and closes.");
    let Some((stream, client)) = partner::meet_v6(story, Some(LONG))? else { return Ok(()) };
    // A client's end leaves the stream connected, until our side is ended, too.
    let ended = |stream: &Socket| {
        let sentence = "The stream is not connected any more: your function has ended our side of it. Nobody asked for that: \
                        how to go on is for the caller to say.";
        stream.peer_addr().err().map(|_| sentence.to_owned())
    };
    let (result, heard) = visit_and_look(story, echo, stream, move || converse(&client, PIECES[1]), ended)?;
    let mistake = why_no_echo(0, heard, &result);
    story.check(heard == Echo::Whole, "The same over the other family.", mistake)?;
    went(story, result, (PIECES[1].len(), Farewell::Closed), |_| "The count is wrong: every byte counts.")
}
