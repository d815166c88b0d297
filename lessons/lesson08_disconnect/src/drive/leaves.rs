//! Clients that go without a close in good order: by a reset, in silence, or before their echo. And none at all.

use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::time::Duration;

use narrator::glance::Glance;
use narrator::partner::{self, LONG};
use narrator::small_print::SmallPrint;
use narrator::wire::reset;
use narrator::{Story, judge, local_address};
use socket2::{Domain, Socket, Type};

use super::{Echo, STREAM, converse, listen, told, visit, went};
use crate::{EchoUntilGone, Farewell};

/// The read timeout of a server whose client falls silent.
pub(super) const SHORT: Duration = Duration::from_millis(100);

pub(super) fn one_that_breaks_off(story: &mut Story, echo: EchoUntilGone) -> io::Result<()> {
    story.step("A client speaks, has its echo, and breaks the connection off.");
    let (stream, client) = partner::meet(story, Some(LONG))?;
    let (server, own) = (local_address(&stream)?, local_address(&client)?);
    let glance = Glance::at(STREAM, &stream)?;
    let (result, (heard, changed, broken)) = visit(story, echo, stream, move || {
        // The server is back in recv when it has sent the echo.
        let heard = converse(&client, b"I must go");
        (heard, glance.look(), client.set_linger(Some(Duration::ZERO)))
    })?;
    broken?;
    story.wire(reset(own, server));
    echoed(story, heard)?;
    if let Some(mistake) = changed {
        return Err(story.mistake(&mistake));
    }
    went(
        story,
        result,
        (9, Farewell::Reset),
        |_| "How it went is right, but not the count: what was echoed before the reset counts all the same.",
    )?;
    story.meaning("A reset is one more way to go, and no failure of your server.");
    Ok(())
}

pub(super) fn one_that_falls_silent(story: &mut Story, echo: EchoUntilGone) -> io::Result<()> {
    story.step("A client speaks, has its echo, and falls silent. The read timeout is short.");
    let (stream, client) = partner::meet(story, Some(SHORT))?;
    // Spoken before your function is called: on a slow machine, too, its first recv finds the words there.
    (&client).write_all(b"one moment")?;
    // A client that has seen an end stays until the function has returned; one that waited in vain leaves.
    let (result, (heard, end, _client)) = visit(story, echo, stream, move || {
        let heard = listen(&client, b"one moment", 10);
        let end = (&client).read(&mut [0; 64]);
        let stays = end.is_ok().then_some(client);
        (heard, end, stays)
    })?;
    echoed(story, heard)?;
    if let Ok(1..) = end {
        return Err(story.mistake(
            "The client heard more than its echo: your function sent something of its own. Whether to ask a silent client \
             is for the caller to say.",
        ));
    }
    let gave_up = end.is_err_and(|error| judge::timed_out(error.kind()));
    if gave_up {
        return Err(story.mistake(
            "Your function went on waiting when the time had run out, until the client gave up after 2 s and closed. \
             The caller has set the timeout because it wants to be told: Silent.",
        ));
    }
    went(
        story,
        result,
        (10, Farewell::Silent),
        |_| "How it went is right, but not the count: what was echoed before the silence counts all the same.",
    )?;
    story.meaning("It may still be there. What to do about it, ask or hang up, is for the caller to say.");
    Ok(())
}

pub(super) fn one_that_does_not_wait(story: &mut Story, echo: EchoUntilGone) -> io::Result<()> {
    story.step("A client is greeted, sends 20,000 bytes, and closes without reading a word.");
    let (stream, client) = partner::meet(story, Some(LONG))?;
    story.server("send(\"hello\")", stream.send(b"hello"));
    (&client).write_all(&[b'.'; 20_000])?;
    story.client("send() until all is sent", "20000 bytes");
    // A FIN first, and then, because of the greeting that it has not read, a reset. So the first send of your function
    // fails; and when that is overlooked, recv gives all the bytes and then 0, as at a polite end.
    story.client("shutdown(SHUT_WR)", client.shutdown(Shutdown::Write));
    drop(client);
    story.client("close()", "ok");
    // Its reset has come when the stream has no peer any more.
    partner::wait_until(|| stream.peer_addr().is_err());
    let small_print = SmallPrint::before().lent(STREAM, &stream);
    let result = told(story, echo(&stream))?;
    let mistake = match &result {
        Ok((_, Farewell::Closed)) => {
            "Your function says Closed, but a send of yours failed: the client had broken off, and that is Reset. When \
             an error of send is overlooked, recv gives 0 afterwards, as at a polite end."
                .to_owned()
        }
        Ok(_) => "The client had closed: it was gone, not silent.".to_owned(),
        Err(error) => format!(
            "The client was gone, and a send of yours said so, by {:?}: write_all can find that out as well as read. \
             It is Reset, no error for the caller.",
            error.kind()
        ),
    };
    let mistake = match &result {
        Ok((1.., Farewell::Reset)) => {
            "The very first send failed, so nothing was sent back: count what was sent, after send has taken it."
                .to_owned()
        }
        _ => mistake,
    };
    let reset = matches!(result, Ok((0, Farewell::Reset)));
    story.check(reset, "Nobody was left to hear the echo, and your function took it calmly.", &mistake)?;
    small_print.holds(story, [])
}

pub(super) fn none_at_all(story: &mut Story, echo: EchoUntilGone) -> io::Result<()> {
    story.step("Your function is given a socket that was never connected.");
    let stream = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    stream.set_read_timeout(Some(LONG))?;
    stream.set_keepalive(true)?;
    let small_print = SmallPrint::before().lent(STREAM, &stream);
    let result = told(story, echo(&stream))?;
    let mistake = match &result {
        Ok((_, farewell)) => format!(
            "There was no client that could go, and recv said NotConnected; your function says {farewell:?}. Only \
             some kinds of error are farewells: hand the others on."
        ),
        Err(error) => {
            format!(
                "recv says NotConnected here, but your function says {:?}: hand recv's error on as it is.",
                error.kind()
            )
        }
    };
    let handed_on = judge::failed_with(&result, ErrorKind::NotConnected);
    story.check(handed_on, "That is none of the three, so the caller gets the error.", &mistake)?;
    small_print.holds(story, [])
}

/// The client has all of its words back.
fn echoed(story: &mut Story, heard: Echo) -> io::Result<()> {
    story.client("its words came back", if heard == Echo::Whole { "yes" } else { "no" });
    match heard {
        Echo::Whole => Ok(()),
        _ => Err(story.mistake("This client did not get its echo, or not as it was.")),
    }
}
