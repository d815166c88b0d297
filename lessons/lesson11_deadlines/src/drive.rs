//! Calls the learner's functions in one situation after another, and judges what comes of it. To read after your turn: it
//! tells what is looked for.

mod connect;
mod receive;
mod slow;
mod trouble;

use std::io::{self, ErrorKind, Write};
use std::net::Shutdown;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use narrator::partner::{self, PATIENCE, shown};
use narrator::small_print::SmallPrint;
use narrator::wire::data;
use narrator::{Story, judge, local_address};
use socket2::Socket;

use crate::ReceiveWithin;

pub(crate) use connect::connect_within;

/// What a client says in most situations.
pub(crate) const MESSAGE: &[u8] = b"pay 100";

/// A limit where time is not what the step is about: longer than any partner waits.
pub(crate) const AMPLE: Duration = partner::LONG;

/// What begins a sentence about the socket that the function borrows.
const STREAM: &str = "The stream";

/// Messages whole, in pieces and behind one another; a stream with settings of its own; a slow client, and a silent one;
/// ends and errors; and limits that are none.
pub(crate) fn receive_within(story: &mut Story, receive: ReceiveWithin) -> io::Result<()> {
    receive::one_message(story, receive)?;
    receive::in_two_pieces(story, receive)?;
    receive::two_messages(story, receive)?;
    receive::nothing_asked(story, receive)?;
    receive::much(story, receive)?;
    slow::a_nonblocking_stream(story, receive)?;
    slow::a_stream_with_a_timeout(story, receive)?;
    slow::one_that_falls_silent(story, receive)?;
    slow::one_that_never_ends(story, receive)?;
    trouble::the_end(story, receive)?;
    trouble::errors(story, receive)?;
    trouble::short_limits(story, receive)?;
    trouble::the_longest_limit(story, receive)?;
    receive::over_ipv6(story, receive)?;
    trouble::interrupted(story)
}

/// Tells a partner that the learner's function has returned.
#[derive(Debug)]
struct Returned(Receiver<()>);

impl Returned {
    /// Waits for that, at most so long; whether it is so.
    fn within(&self, patience: Duration) -> bool {
        self.0.recv_timeout(patience) == Err(RecvTimeoutError::Disconnected)
    }
}

/// What came of a call: what the function gave back, what the small print says to it, and what its partner brings back.
struct Called<R, T> {
    result: io::Result<R>,
    held: Option<String>,
    partner: T,
}

/// Calls the learner's function while a partner does its part in a thread of its own. The small print stands around it.
fn beside<R, T: Send + 'static>(
    small_print: &SmallPrint,
    part: impl FnOnce(&Returned) -> T + Send + 'static,
    function: impl FnOnce() -> io::Result<R>,
    sockets: impl Fn(&R) -> Vec<&Socket>,
) -> io::Result<Called<R, T>> {
    let (running, returned) = mpsc::channel();
    let partner = partner::at_work(move || part(&Returned(returned)))?;
    let result = function();
    judge::started(&result)?;
    let held = small_print.look(result.as_ref().map_or(Vec::new(), &sockets));
    drop(running);
    Ok(Called { result, held, partner: partner::finished(partner)? })
}

/// The learner's `receive_within` has the stream, and the client does its part; what came of it is told.
fn received<T: Send + 'static>(
    story: &mut Story,
    function: ReceiveWithin,
    stream: &Socket,
    (count, limit): (usize, Duration),
    part: impl FnOnce(&Returned) -> T + Send + 'static,
) -> io::Result<(io::Result<Vec<u8>>, T)> {
    let small_print = SmallPrint::before().lent(STREAM, stream);
    let called = beside(&small_print, part, || function(stream, count, limit), |_| Vec::new())?;
    told(story, &call(count, limit), called)
}

/// The call as it is told.
fn call(count: usize, limit: Duration) -> String {
    format!("receive_within(&stream, {count}, {})", time(limit))
}

/// A time in the unit that fits.
fn time(time: Duration) -> String {
    match time.as_nanos() {
        nanos @ 1..1_000_000 => format!("{nanos} ns"),
        _ if time.subsec_millis() == 0 && !time.is_zero() => format!("{} s", time.as_secs()),
        _ => format!("{} ms", time.as_millis()),
    }
}

/// Tells what the learner's `receive_within` gave back, and what the small print says to it.
fn told<T>(story: &mut Story, call: &str, called: Called<Vec<u8>, T>) -> io::Result<(io::Result<Vec<u8>>, T)> {
    let result = judge::told(story, call, called.result, |message| shown(message))?;
    match called.held {
        Some(mistake) => Err(story.mistake(&mistake)),
        None => Ok((result, called.partner)),
    }
}

/// A client says this at once, before the function is called.
fn says(story: &mut Story, stream: &Socket, mut client: &Socket, words: &[u8]) -> io::Result<()> {
    client.write_all(words)?;
    story.client(format!("send({})", shown(words)), format!("{} bytes", words.len()));
    let (server, own) = (local_address(stream)?, local_address(client)?);
    story.wire(data(own, server, words.len()));
    Ok(())
}

/// The client has nothing more to do. It stays until the function has returned, or it gives up.
fn stays(client: Socket) -> impl FnOnce(&Returned) -> Socket + Send + 'static {
    move |returned| {
        if !returned.within(PATIENCE) {
            // Its end: who waits for more than comes has to come back.
            let _ = client.shutdown(Shutdown::Write);
            returned.within(PATIENCE);
        }
        client
    }
}

/// Whether it is these bytes.
fn is(given: &io::Result<Vec<u8>>, words: &[u8]) -> bool {
    given.as_ref().is_ok_and(|given| given == words)
}

/// Why it is not these bytes, all of which came in time.
fn not_all(given: &io::Result<Vec<u8>>, words: &[u8]) -> &'static str {
    match given {
        Ok(given) if given.len() < words.len() && words.starts_with(given) => {
            "That is a part of what was asked for: one recv gives what is there, and the rest comes later. Go on until `count` \
             bytes are there."
        }
        Ok(given) if given.len() > words.len() => {
            "These are more bytes than `count`: what stands behind them belongs to the next call."
        }
        Ok(_) => {
            "These are not the bytes that the client sent, in their order: each recv has to go behind what came before."
        }
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
            "All `count` bytes had come, and your function waited for more, until the client gave up after 2 s and was done."
        }
        Err(error) if judge::timed_out(error.kind()) => {
            "All `count` bytes came, long before the limit was over: nothing has timed out."
        }
        Err(_) => "Nothing failed here: all `count` bytes came, and in time.",
    }
}
