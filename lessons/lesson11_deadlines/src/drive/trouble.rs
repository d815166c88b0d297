//! Ends, errors, limits that are none, and calls that are interrupted.

use std::io::{self, ErrorKind, Write};
use std::net::Shutdown;
use std::time::Duration;

use narrator::partner::{self, LONG, shown};
use narrator::small_print::SmallPrint;
use narrator::stopped::{self, Stopped};
use narrator::wire::{fin, reset};
use narrator::{Story, judge, local_address};
use socket2::{Domain, Socket, Type};

use super::{AMPLE, MESSAGE, STREAM, beside, call, is, not_all, received, says, stays, told};
use crate::ReceiveWithin;

pub(super) fn the_end(story: &mut Story, receive: ReceiveWithin) -> io::Result<()> {
    for (title, words) in [
        ("3 of 7 bytes come, and the client closes. The stream has a timeout.", &MESSAGE[..3]),
        ("Another client closes without a word. This stream is nonblocking.", b""),
    ] {
        story.step(title);
        let (stream, client) = partner::meet(story, Some(LONG))?;
        if words.is_empty() {
            stream.set_nonblocking(true)?;
        } else {
            says(story, &stream, &client, words)?;
        }
        let (server, own) = (local_address(&stream)?, local_address(&client)?);
        drop(client);
        story.client("close()", "ok");
        story.wire(fin(own, server));
        let (given, ()) = received(story, receive, &stream, (MESSAGE.len(), AMPLE), |_| ())?;
        let mistake = match &given {
            Ok(_) => {
                "The client closed before all 7 bytes had come, and nothing tells the caller: that is UnexpectedEof."
            }
            Err(error) if judge::timed_out(error.kind()) => {
                "No time ran out: the client has closed, recv gave 0, and nothing more can come. That is UnexpectedEof, at once."
            }
            Err(_) => {
                "This error does not say what happened. When the peer ends before all has come it is UnexpectedEof."
            }
        };
        let right = judge::failed_with(&given, ErrorKind::UnexpectedEof);
        story.check(right, "An end is no timeout, and no whole message.", mistake)?;
    }
    Ok(())
}

pub(super) fn errors(story: &mut Story, receive: ReceiveWithin) -> io::Result<()> {
    story.step("A client breaks the connection off.");
    let (stream, client) = partner::meet(story, Some(LONG))?;
    let (server, own) = (local_address(&stream)?, local_address(&client)?);
    client.set_linger(Some(Duration::ZERO))?;
    drop(client);
    story.client("close(), after SO_LINGER 0", "ok");
    story.wire(reset(own, server));
    // It has come when the stream has no peer any more.
    partner::wait_until(|| stream.peer_addr().is_err());
    let (given, ()) = received(story, receive, &stream, (MESSAGE.len(), AMPLE), |_| ())?;
    handed_on(story, &given, ErrorKind::ConnectionReset, "recv's own error, and not the end of a stream.")?;

    story.step("A nonblocking socket that was never connected.");
    let stream = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    stream.set_nonblocking(true)?;
    let (given, ()) = received(story, receive, &stream, (MESSAGE.len(), AMPLE), |_| ())?;
    handed_on(story, &given, ErrorKind::NotConnected, "The same, and the socket is as it was.")
}

fn handed_on(story: &mut Story, given: &io::Result<Vec<u8>>, expected: ErrorKind, meaning: &str) -> io::Result<()> {
    let mistake = match given {
        Ok(_) => format!("recv failed with {expected:?}, and nothing tells the caller: hand that error on."),
        Err(error) => {
            format!(
                "recv failed with {expected:?}, and your function says {:?}: hand recv's own error on.",
                error.kind()
            )
        }
    };
    story.check(judge::failed_with(given, expected), meaning, &mistake)
}

pub(super) fn short_limits(story: &mut Story, receive: ReceiveWithin) -> io::Result<()> {
    story.step("7 bytes are there, and the limits are shorter than 1 ms.");
    let (stream, mut client) = partner::meet(story, None)?;
    says(story, &stream, &client, MESSAGE)?;
    for limit in [Duration::ZERO, Duration::from_nanos(1), Duration::from_micros(999)] {
        let (given, still) = received(story, receive, &stream, (MESSAGE.len(), limit), stays(client))?;
        client = still;
        if !judge::failed_with(&given, ErrorKind::InvalidInput) {
            return Err(story.mistake(match &given {
                Ok(_) => "A limit below 1 ms is InvalidInput, also where the bytes are there already.",
                Err(_) => {
                    "A limit below 1 ms is InvalidInput: it is the caller's mistake, and says nothing of the stream or its peer."
                }
            }));
        }
    }
    let left = partner::peek(&stream).unwrap_or(0);
    story.check(
        left == MESSAGE.len(),
        "The caller learns of its own mistake, and the bytes are still there.",
        "The limit was refused, but only after your function had taken bytes from the stream: nobody gets these.",
    )
}

pub(super) fn the_longest_limit(story: &mut Story, receive: ReceiveWithin) -> io::Result<()> {
    story.step("The longest limit that there is, Duration::MAX: later than any Instant.");
    let (stream, client) = partner::meet(story, None)?;
    says(story, &stream, &client, MESSAGE)?;
    let small_print = SmallPrint::before().lent(STREAM, &stream);
    let function = || receive(&stream, MESSAGE.len(), Duration::MAX);
    let called = beside(&small_print, stays(client), function, |_| Vec::new())?;
    let (given, _client) = told(story, "receive_within(&stream, 7, MAX)", called)?;
    let mistake = match &given {
        Err(error) if error.kind() == ErrorKind::InvalidInput => {
            "Only a limit below 1 ms is InvalidInput. This one is long, and the bytes were there."
        }
        given => not_all(given, MESSAGE),
    };
    story.check(is(&given, MESSAGE), "No limit is too long.", mistake)
}

/// The function's recv is interrupted, in a process of its own that is stopped and goes on.
pub(super) fn interrupted(story: &mut Story) -> io::Result<()> {
    const NOT_HERE: &str = "this system does not let us stop a process in the middle of a call.";
    story.step("The process is stopped and goes on, as by Ctrl-Z and fg: three times in recv.");
    let (listening, driver) = stopped::listen()?;
    let process = Stopped::start("receive_within", driver);
    let client = if process.is_ok() { partner::wait_for_client(&listening)? } else { None };
    let (Ok(process), Some((client, _))) = (process, client) else {
        story.skip(NOT_HERE);
        return Ok(());
    };
    // One that waits in another way, or comes back instead, is known by what it says then.
    let _ = process.interrupt_recv(3);
    let _ = (&client).write_all(MESSAGE).and_then(|()| client.shutdown(Shutdown::Write));
    let reported = process.reported()?;
    story.you(call(MESSAGE.len(), AMPLE), reported.as_str());
    story.check(
        reported == shown(MESSAGE),
        "recv was interrupted, by EINTR, and made again.",
        match reported.as_str() {
            "Interrupted" => {
                "recv was interrupted by a signal, and nothing was lost: your function has to make the call again, not to \
                 give the error back."
            }
            _ => {
                "recv was interrupted by a signal, and nothing was lost: neither the limit was over nor the client gone. Your \
                 function has to make the call again."
            }
        },
    )
}
