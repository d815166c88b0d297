//! Clients that take their time, and streams that do not wait for them by themselves.
//!
//! No verdict hangs on how fast something was. A client that speaks too late for the function's limit, or all the time, goes
//! on until the function has returned, or until it has had five times as long. So which of the two ends it tells whether the
//! limit did. The client notes how long it was kept from its work, and where that was too long the round says nothing, and is
//! repeated.

use std::io::{self, ErrorKind, Write};
use std::time::{Duration, Instant};

use narrator::partner;
use narrator::small_print::SmallPrint;
use narrator::{Story, judge};
use socket2::Socket;

use super::{AMPLE, Called, MESSAGE, Returned, STREAM, beside, call, is, not_all, received, says, stays, told};
use crate::{ReceiveWithin, is_nonblocking};

/// The limit where it has to run out.
const LIMIT: Duration = Duration::from_millis(100);

/// How long a client goes on that should be ended by the limit.
const TOO_LONG: Duration = Duration::from_millis(500);

/// A byte each so often. The kernel counts timeouts in ticks of some milliseconds: a byte that comes after the limit, and before
/// the tick, finds those who set what is left without a look, for then it is 0.
const PACE: Duration = Duration::from_millis(1);

/// A round in which the client did nothing for so long says nothing.
const STALLED: Duration = Duration::from_millis(90);

/// How often a round is repeated.
const ROUNDS: usize = 10;

/// More bytes than the client will ever have sent.
const NEVER_ALL: usize = 100_000;

/// Says nothing for so long, then the message.
fn hesitates(client: Socket, how_long: Duration) -> impl FnOnce(&Returned) -> Socket + Send + 'static {
    move |returned| {
        if !returned.within(how_long) {
            // Where it fails the function has a story to tell.
            let _ = (&client).write_all(MESSAGE);
        }
        stays(client)(returned)
    }
}

pub(super) fn a_nonblocking_stream(story: &mut Story, receive: ReceiveWithin) -> io::Result<()> {
    story.step("The stream is nonblocking. Its client hesitates, then it speaks.");
    let (stream, client) = partner::meet(story, None)?;
    let client = hesitates(client, Duration::from_millis(40));
    stream.set_nonblocking(true)?;
    story.server("set_nonblocking(true)", "ok");
    let (given, _client) = received(story, receive, &stream, (MESSAGE.len(), AMPLE), client)?;
    let mistake = match &given {
        Err(error) if judge::timed_out(error.kind()) => {
            "No time had run out. On a nonblocking stream recv comes back at once, with WouldBlock: your function has to wait \
             all the same, as long as the limit allows."
        }
        given => not_all(given, MESSAGE),
    };
    story.check(is(&given, MESSAGE), "Your function waited, and the stream is nonblocking as before.", mistake)
}

pub(super) fn a_stream_with_a_timeout(story: &mut Story, receive: ReceiveWithin) -> io::Result<()> {
    story.step("The stream has a timeout of 20 ms of its own. Its client hesitates longer.");
    let (stream, client) = partner::meet(story, Some(Duration::from_millis(20)))?;
    let client = hesitates(client, Duration::from_millis(100));
    let (given, _client) = received(story, receive, &stream, (MESSAGE.len(), AMPLE), client)?;
    let mistake = match &given {
        Err(error) if judge::timed_out(error.kind()) => {
            "The stream's own timeout ran out, and your limit was not over: that timeout does not count here."
        }
        given => not_all(given, MESSAGE),
    };
    story.check(is(&given, MESSAGE), "The limit counted, and the stream has its own timeout again.", mistake)
}

pub(super) fn one_that_falls_silent(story: &mut Story, receive: ReceiveWithin) -> io::Result<()> {
    story.step("3 of 7 bytes come, then nothing. The stream has both settings.");
    let (stream, client) = partner::meet(story, Some(AMPLE))?;
    stream.set_nonblocking(true)?;
    says(story, &stream, &client, &MESSAGE[..3])?;
    let called = repeated(story, receive, MESSAGE.len(), (stream, client), false)?;
    let Some(called) = called else { return Ok(()) };
    let (given, _) = told(story, &call(MESSAGE.len(), LIMIT), called)?;
    let waited = "The limit was 100 ms, and your function still waited when the client gave up, after 500 ms. Only the limit \
                  ends this recv: set what is left of it as a timeout. A timeout of 0 is none.";
    story.check(
        judge::failed_with(&given, ErrorKind::TimedOut),
        "The limit ended it, in one word for all systems; mode and timeout are as before.",
        not_timed_out(&given, waited),
    )
}

/// Why this is not what a function says when the limit is over; `waited` is for one that still waited.
fn not_timed_out(given: &io::Result<Vec<u8>>, waited: &'static str) -> &'static str {
    match given {
        Ok(_) => "These are not all the bytes, and nothing tells the caller: the limit is over, and that is TimedOut.",
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => waited,
        Err(error) if error.kind() == ErrorKind::InvalidInput => {
            "100 ms are no InvalidInput. Has your function set a timeout of 0, when nothing was left? std refuses that. The \
             limit is over: say TimedOut."
        }
        Err(error) if judge::timed_out(error.kind()) => {
            "That is recv's own word, on another system it has another one, and a stream that does not wait says the same. The \
             limit is over: say TimedOut."
        }
        Err(_) => "This error does not say what happened. When the limit is over it is TimedOut.",
    }
}

pub(super) fn one_that_never_ends(story: &mut Story, receive: ReceiveWithin) -> io::Result<()> {
    story.step("A byte comes each millisecond. 100,000 are asked for, within 100 ms.");
    let pair = partner::meet(story, None)?;
    let Some(called) = repeated(story, receive, NEVER_ALL, pair, true)? else { return Ok(()) };
    let (given, _) = told(story, &call(NEVER_ALL, LIMIT), called)?;
    let waited = "The limit was 100 ms, and your function was still at it when the client gave up, after 500 ms. A timeout is \
                  for one recv, and each byte begins it anew: before each recv, ask how much of the whole is left. A timeout \
                  of 0 is none.";
    story.check(
        judge::failed_with(&given, ErrorKind::TimedOut),
        "However many bytes came, the limit ended it.",
        not_timed_out(&given, waited),
    )
}

/// Calls the learner's function with a client that speaks on, or is silent, until the function has returned, or for too long.
/// `None`: this machine is too busy to say anything, and the step that has begun is skipped.
fn repeated(
    story: &mut Story,
    receive: ReceiveWithin,
    count: usize,
    (stream, client): (Socket, Socket),
    speaks: bool,
) -> io::Result<Option<Called<Vec<u8>, Duration>>> {
    let mut called = round(receive, count, &stream, client, speaks)?;
    for _ in 1..ROUNDS {
        if called.partner < STALLED {
            return Ok(Some(called));
        }
        // A connection like the first one, of which nothing is told.
        let (again, client) = partner::plain_pair()?;
        again.set_read_timeout(stream.read_timeout()?)?;
        again.set_nonblocking(is_nonblocking(&stream)?)?;
        if !speaks {
            (&client).write_all(&MESSAGE[..3])?;
        }
        called = round(receive, count, &again, client, speaks)?;
    }
    story.skip("this machine is too busy to show it.");
    Ok(None)
}

/// One such call; the partner brings back its largest gap.
fn round(
    receive: ReceiveWithin,
    count: usize,
    stream: &Socket,
    client: Socket,
    speaks: bool,
) -> io::Result<Called<Vec<u8>, Duration>> {
    let small_print = SmallPrint::before().lent(STREAM, stream);
    let begin = Instant::now();
    let part = move |returned: &Returned| {
        let (mut last, mut largest) = (begin, Duration::ZERO);
        while begin.elapsed() < TOO_LONG && !returned.within(PACE) {
            if speaks && (&client).write_all(b".").is_err() {
                break;
            }
            let now = Instant::now();
            largest = largest.max(now - last);
            last = now;
        }
        largest
    };
    beside(&small_print, part, || receive(stream, count, LIMIT), |_| Vec::new())
}
