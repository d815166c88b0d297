//! Calls the learner's function in one situation after another, and judges what comes of it. To read after your turn: it
//! tells what is looked for.

mod client;
mod untold;

use std::io::{self, ErrorKind, Read, Write};
use std::thread::JoinHandle;
use std::time::Duration;

use narrator::glance::Glance;
use narrator::partner::{self, shown, until_heard};
use narrator::small_print::SmallPrint;
use narrator::wire::{data, fin};
use narrator::{Outcome, Story, judge, local_address};
use socket2::{Domain, Socket, Type};

use crate::Finish;
use client::{Account, client_waits_and_then, much, tell_account};

/// What the client says in the first scenario.
const PIECES: [&str; 2] = ["thank you, ", "goodbye"];

/// What it says in the second, byte for byte: more than a buffer holds, and more than one recv brings.
const MUCH: usize = 200_000;

/// How long recv waits where the caller has set a timeout.
const SHORT: Duration = Duration::from_millis(100);

/// What begins a sentence about the socket that the function closes.
const SOCKET: &str = "The socket that you closed";

/// Clients that answer when they have seen the end, and clients that went another way. None at all.
pub(crate) fn finish(story: &mut Story, finish: Finish) -> io::Result<()> {
    one_that_answers_in_pieces(story, finish)?;
    one_that_says_much(story, finish)?;
    one_that_has_closed(story, finish)?;
    one_that_breaks_off(story, finish)?;
    one_that_breaks_off_late(story, finish)?;
    one_that_falls_silent(story, finish)?;
    none_at_all(story, finish)?;
    one_of_ipv6(story, finish)
}

fn one_that_answers_in_pieces(story: &mut Story, finish: Finish) -> io::Result<()> {
    story.step("A client answers in two pieces, but only after it has seen your end.");
    story.if_it_hangs("The client has closed, and each recv gives 0, at once: that is the end, not \"nothing yet\".");
    let (stream, client) = partner::meet(story, None)?;
    let (server, own) = (local_address(&stream)?, local_address(&client)?);
    story.server("send(\"that was all\")", stream.send(b"that was all"));
    story.wire(data(server, own, 12));
    // A clone, to see afterwards what your function did with the socket.
    let clone = stream.try_clone()?;
    let client = client_waits_and_then(client, |client, account| {
        account.tell_send("send(\"thank you, \")", client.send(PIECES[0].as_bytes()));
        until_heard(client);
        account.tell_send("send(\"goodbye\")", client.send(PIECES[1].as_bytes()));
    })?;
    let small_print = SmallPrint::before().given(&stream);
    let result = finish(stream);
    if let Err(error) = &result
        && judge::failed_with(&result, ErrorKind::ConnectionReset)
    {
        // This client never resets of its own accord: either its bytes came to a socket that does not hear, or the
        // error is your function's own.
        story.you("finish(stream)", error);
        let account = tell_account(story, client);
        let mistake = if account.refused { REFUSED } else { NO_RESET };
        return Err(story.mistake(wrong_end(account.gave_up, false, false).unwrap_or(mistake)));
    }
    let heard = story.yours("finish(stream)", result, |heard| shown(heard))?;

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
    account.heard_only(story, b"that was all")?;
    small_print.holds(story, [])?;
    story.wire([fin(server, own), fin(own, server)].concat());
    story.meaning("Then the socket was closed: nobody has a handle of it any more.");
    Ok(())
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
    story.step("A client answers with 200,000 bytes when it has seen your end.");
    let (stream, client) = partner::meet(story, None)?;
    let client = client_waits_and_then(client, |mut client, account| {
        account.tell_send("send() until all is sent", client.write_all(&much()).map(|()| MUCH));
    })?;
    let (heard, account) = calls(story, finish, stream, Some(client))?;
    let heard = succeeded(story, heard)?;
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
    let (stream, client) = partner::meet(story, None)?;
    story.client("send(\"good night\")", client.send(b"good night"));
    drop(client);
    story.client("close()", "ok");
    let (heard, _) = calls(story, finish, stream, None)?;
    let heard = succeeded(story, heard)?;
    story.check(
        heard == b"good night",
        "What it had said was still there to be heard, in front of its end.",
        "The client had said \"good night\". It has closed, but its words wait in the receive buffer, in front of the \
         end.",
    )?;
    untold::who_says_anything(story, finish)
}

fn one_that_breaks_off(story: &mut Story, finish: Finish) -> io::Result<()> {
    story.step("A client sees your end, and breaks the connection off in place of an answer.");
    let (stream, client) = partner::meet(story, None)?;
    let client = client_waits_and_then(client, breaks_off)?;
    let (result, _) = calls(story, finish, stream, Some(client))?;
    is_a_reset(story, &result, "The caller learns that something is missing, and does not take silence for the answer.")
}

fn one_that_breaks_off_late(story: &mut Story, finish: Finish) -> io::Result<()> {
    story.step("A client answers, and breaks the connection off when you have heard that.");
    let (stream, client) = partner::meet(story, None)?;
    let client = client_waits_and_then(client, |mut client, account| {
        account.tell_send("send() until all is sent", client.write_all(&much()).map(|()| MUCH));
        until_heard(client);
        breaks_off(client, account);
    })?;
    let (result, _) = calls(story, finish, stream, Some(client))?;
    is_a_reset(story, &result, "However much was heard before: nobody knows how much is missing.")?;
    untold::who_breaks_off_after_a_line(story, finish)
}

/// With a linger time of 0, close sends a reset and no FIN (socket(7), SO_LINGER).
fn breaks_off(client: &Socket, account: &mut Account) {
    account.tell("setsockopt(SO_LINGER) to 0", client.set_linger(Some(Duration::ZERO)));
}

fn is_a_reset(story: &mut Story, result: &io::Result<Vec<u8>>, meaning: &str) -> io::Result<()> {
    let mistake = match judge::kind(result) {
        None => {
            "The client broke off, and your function says that all is well. An error of recv is not the end, only 0 \
             is: hand it on, with `?`."
        }
        Some(_) => "An error, but not the one that tells what happened: hand recv's own error on, with `?`.",
    };
    story.check(judge::failed_with(result, ErrorKind::ConnectionReset), meaning, mistake)
}

fn one_that_falls_silent(story: &mut Story, finish: Finish) -> io::Result<()> {
    story.step("The caller has set a short read timeout. The client does not answer, nor close.");
    let (stream, client) = partner::meet(story, Some(SHORT))?;
    let result = untold::in_silence(story, finish, stream, client)?;
    let timed_out = judge::kind(&result).is_some_and(judge::timed_out_here);
    // Which kind it is differs from system to system.
    let told = result.as_ref().map_or_else(Outcome::from, |heard| Outcome::from(shown(heard)));
    story.you("finish(stream)", if timed_out { Outcome::from("recv's own error") } else { told });
    let mistake = match judge::kind(&result) {
        None => {
            "recv's time ran out, and your function says that all is well. The client has not ended: only 0 from recv \
             says that. Hand recv's error on."
        }
        Some(_) => "recv's time ran out, and the caller gets another error: hand recv's own error on, with `?`.",
    };
    story.check(timed_out, "No end came, so the caller gets recv's error.", mistake)?;
    untold::who_falls_silent_after_a_line(story, finish)
}

fn none_at_all(story: &mut Story, finish: Finish) -> io::Result<()> {
    story.step("Your function is given a socket that was never connected.");
    let stream = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let (result, _) = calls(story, finish, stream, None)?;
    story.check(
        judge::failed_with(&result, ErrorKind::NotConnected),
        "There is nobody to hear, and the caller learns it.",
        "Each call on this socket fails with NotConnected, and the caller should get that error.",
    )?;
    untold::a_socket_that_fails_otherwise(story, finish)
}

fn one_of_ipv6(story: &mut Story, finish: Finish) -> io::Result<()> {
    story.step("A client of IPv6 answers when it has seen your end.");
    let Some((stream, client)) = partner::meet_v6(story, None)? else { return Ok(()) };
    let glance = Glance::at("The socket", &stream)?;
    let client = client_waits_and_then(client, move |client, account| {
        account.changed = glance.look();
        account.tell_send("send(\"goodbye\")", client.send(PIECES[1].as_bytes()));
    })?;
    let (heard, account) = calls(story, finish, stream, Some(client))?;
    if let Some(mistake) = &account.changed {
        return Err(story.mistake(mistake));
    }
    let heard = succeeded(story, heard)?;
    story.check(
        heard == PIECES[1].as_bytes() && !account.gave_up,
        "The same over the other family.",
        "What is right over IPv4 is right over IPv6 as well: see the end first, then hear all of the answer.",
    )
}

/// Calls the learner's function, with a clone of the socket kept aside, and tells what the client met. The function did
/// nothing besides: what it has to do to this socket is known by now.
fn calls(
    story: &mut Story,
    finish: Finish,
    stream: Socket,
    client: Option<JoinHandle<Account>>,
) -> io::Result<(io::Result<Vec<u8>>, Account)> {
    let clone = stream.try_clone()?;
    let small_print = SmallPrint::before().given_with_a_clone(SOCKET, &stream, &clone);
    let result = judge::told(story, "finish(stream)", finish(stream), |heard| shown(heard))?;
    let account = client.map(|client| tell_account(story, client)).unwrap_or_default();
    small_print.holds(story, [])?;
    account.heard_only(story, b"")?;
    Ok((result, account))
}

/// What the function heard, where it has to succeed.
fn succeeded(story: &mut Story, result: io::Result<Vec<u8>>) -> io::Result<Vec<u8>> {
    result.map_err(|error| story.mistake(&format!("finish returned this error where it should succeed: {error}.")))
}
