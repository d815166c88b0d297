//! Drives `send_all`.

use std::io::{self, ErrorKind, Read, Write};

use narrator::partner::{self, PATIENCE, shown};
use narrator::scripted::{Act, Scripted};
use narrator::small_print::SmallPrint;
use narrator::wire::fin;
use narrator::{Outcome, Story, errors, judge, local_address};

use super::{MUCH, NO_KIND, OFTEN, Watched, all_sorts};
use crate::{ANSWER, GREETING, SendAll};

/// A real connection, a stream that takes little, one that is interrupted, bytes that are no text, streams that fail, much to
/// send and nothing.
pub(crate) fn send_all(story: &mut Story, send_all: SendAll) -> io::Result<()> {
    over_a_connection(story, send_all)?;
    in_portions(story, send_all)?;
    interrupted(story, send_all)?;
    what_is_no_text(story, send_all)?;
    to_a_broken_stream(story, send_all)?;
    to_a_full_stream(story, send_all)?;
    nothing(story, send_all)?;
    interrupted_often(story, send_all)?;
    much(story, send_all)?;
    would_block(story, send_all)?;
    fails_after_much(story, send_all)?;
    fails_in_many_ways(story, send_all)
}

fn over_a_connection(story: &mut Story, send_all: SendAll) -> io::Result<()> {
    story.step("A client waits at a real connection. Your function sends it the answer.");
    let (stream, mut client) = partner::meet(story, Some(PATIENCE))?;
    let (server, own) = (local_address(&stream)?, local_address(&client)?);
    let mut stream = Watched::new(stream);
    let sent = send(story, send_all, &mut stream, "answer", ANSWER.as_bytes())?;
    let stuck = stream.is_stuck();
    drop(stream);
    let mut heard = Vec::new();
    client.read_to_end(&mut heard)?;
    story.wire(fin(server, own));
    story.client("recv() until the end", format!("{} bytes: {}", heard.len(), shown(&heard)));
    let sent = Sent { result: sent, taken: &heard, stuck };
    all_sent(story, sent, ANSWER, "All 18 bytes, in their order.")
}

fn in_portions(story: &mut Story, send_all: SendAll) -> io::Result<()> {
    story.step("A scripted stream takes at most 7 bytes at a call.");
    let mut stream = Watched::new(Scripted::new(&[Act::Pass(7)]));
    let sent = send(story, send_all, &mut stream, "greeting", GREETING.as_bytes())?;
    story.you("the stream took", shown(&stream.inner.bytes));
    let sent = Sent { result: sent, taken: &stream.inner.bytes, stuck: stream.is_stuck() };
    all_sent(story, sent, GREETING, "All 24 bytes, in their order, however few it took at a time.")
}

fn interrupted(story: &mut Story, send_all: SendAll) -> io::Result<()> {
    story.step("It takes 7 bytes, and the next call is interrupted (scripted).");
    let script = [Act::Pass(7), Act::Fail(ErrorKind::Interrupted), Act::Pass(7)];
    let mut stream = Watched::new(Scripted::new(&script));
    let sent = send(story, send_all, &mut stream, "greeting", GREETING.as_bytes())?;
    let taken = &stream.inner.bytes;
    story.you("the stream took", shown(taken));
    let mistake = match (&sent, taken.len()) {
        (Err(error), 7) if error.kind() == ErrorKind::Interrupted => {
            "Interrupted is no failure: the call took nothing, and nothing is lost. Make it once more, with the same \
             bytes."
        }
        (Ok(()), 7) => "After the interruption your function sent nothing more, and said ok. Make that call once more.",
        (Ok(()), 8..24) => "The interrupted call took nothing: the bytes that it was offered must be offered again.",
        _ => {
            let sent = Sent { result: sent, taken, stuck: stream.is_stuck() };
            return all_sent(story, sent, GREETING, "All 24 bytes: the interrupted call was made once more.");
        }
    };
    Err(story.mistake(mistake))
}

fn what_is_no_text(story: &mut Story, send_all: SendAll) -> io::Result<()> {
    story.step("It takes the first 4 bytes of a PNG picture, which are no UTF-8 (scripted).");
    let picture = b"\x89PNG";
    let mut stream = Watched::new(Scripted::new(&[Act::Pass(7)]));
    let sent = send(story, send_all, &mut stream, "picture", picture)?;
    let taken = &stream.inner.bytes;
    story.you("the stream took", shown(taken));
    let mistake = "Not all bytes are a text, and a stream takes any: hand them to write as they are, without a String.";
    story.check(sent.is_ok() && taken == picture, "All 4 bytes, just as they were.", mistake)
}

fn to_a_broken_stream(story: &mut Story, send_all: SendAll) -> io::Result<()> {
    story.step("It takes 7 bytes, then the connection is gone (scripted).");
    let script = [Act::Pass(7), Act::Fail(ErrorKind::BrokenPipe)];
    let mut stream = Watched::new(Scripted::new(&script));
    let sent = send(story, send_all, &mut stream, "greeting", GREETING.as_bytes())?;
    let mistake = match &sent {
        _ if stream.is_stuck() => {
            "The connection is gone, and your function tried thousands of times more: only Interrupted is worth \
             another try, any other error is the caller's."
        }
        Ok(()) => {
            "17 bytes were never sent, and your function said ok: the stream's error got lost. (A BufWriter that is \
             dropped loses it too: it needs a flush whose result you return.)"
        }
        Err(_) => "The caller should get the stream's own error: hand it on as it is.",
    };
    story.check(
        judge::failed_with(&sent, ErrorKind::BrokenPipe),
        "The caller learns why, by the error's kind.",
        mistake,
    )
}

fn to_a_full_stream(story: &mut Story, send_all: SendAll) -> io::Result<()> {
    story.step("It takes 7 bytes, then 0 at every call (scripted).");
    let script = [Act::Pass(7), Act::Pass(0)];
    let mut stream = Watched::new(Scripted::new(&script));
    let sent = send(story, send_all, &mut stream, "greeting", GREETING.as_bytes())?;
    let mistake = match &sent {
        _ if stream.is_stuck() => {
            "Your function offered bytes thousands of times to a stream that takes 0 of them, and would do so for \
             ever. At Ok(0), give up with WriteZero."
        }
        Ok(()) => "17 bytes were never sent, and your function said ok. A stream that takes 0 bytes is WriteZero.",
        Err(_) => "This error does not say what happened. For a stream that takes 0 bytes it is WriteZero.",
    };
    story.check(
        judge::failed_with(&sent, ErrorKind::WriteZero),
        "17 bytes could not be sent, and the caller learns it.",
        mistake,
    )
}

fn nothing(story: &mut Story, send_all: SendAll) -> io::Result<()> {
    story.step("There is nothing to send.");
    let mut stream = Watched::new(Scripted::new(&[Act::Pass(7)]));
    let sent = send(story, send_all, &mut stream, "b\"\"", b"")?;
    let mistake = match &sent {
        Ok(()) => "The stream got bytes that nobody gave your function.",
        Err(_) => {
            "Of no bytes a stream takes 0, and that is all of them, no failure: look whether anything is left before \
             you call write."
        }
    };
    story.check(sent.is_ok() && stream.inner.bytes.is_empty(), "Done at once: no bytes, no failure.", mistake)
}

fn interrupted_often(story: &mut Story, send_all: SendAll) -> io::Result<()> {
    story.step("It is interrupted 2000 times, takes 7 bytes, and that again and again (scripted).");
    let script: Vec<_> = (0..4).flat_map(|_| OFTEN.into_iter().chain([Act::Pass(7)])).collect();
    let mut stream = Watched::new(Scripted::new(&script));
    let sent = send(story, send_all, &mut stream, "greeting", GREETING.as_bytes())?;
    let taken = &stream.inner.bytes;
    story.you("the stream took", shown(taken));
    if judge::failed_with(&sent, ErrorKind::Interrupted) {
        return Err(story.mistake(
            "Your function gave up after some interruptions. However many there are, each one took nothing and is no \
             failure: make the call once more.",
        ));
    }
    let sent = Sent { result: sent, taken, stuck: stream.is_stuck() };
    all_sent(story, sent, GREETING, "All 24 bytes, however often it is interrupted.")
}

fn much(story: &mut Story, send_all: SendAll) -> io::Result<()> {
    story.step("1,100,000 bytes of all values. It takes 5000 at most, with interruptions (scripted).");
    let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(MUCH).collect();
    let script: Vec<_> = (0..300).flat_map(|_| [Act::Pass(5000), Act::Fail(ErrorKind::Interrupted)]).collect();
    let script: Vec<_> = script.into_iter().chain([Act::Pass(5000)]).collect();
    let mut stream = Watched::for_much(Scripted::new(&script));
    let sent = send(story, send_all, &mut stream, "bytes", &bytes)?;
    let taken = &stream.inner.bytes;
    story.you("the stream took", shown(taken));
    let mistake = match &sent {
        Err(error) => format!("send_all returned this error where it should succeed: {error}."),
        Ok(()) if taken.len() < MUCH => {
            "Your function said ok, and not all bytes were sent. However many there are: go on until none is left."
                .to_owned()
        }
        Ok(()) => "These are not the bytes that your function was given, in their order, each once.".to_owned(),
    };
    story.check(sent.is_ok() && *taken == bytes, "Every byte, whatever its value, in order.", &mistake)
}

fn would_block(story: &mut Story, send_all: SendAll) -> io::Result<()> {
    story.step("It takes 7 bytes, then it says WouldBlock, as a nonblocking one (scripted).");
    let script = [Act::Pass(7), Act::Fail(ErrorKind::WouldBlock)];
    let mut stream = Watched::new(Scripted::new(&script));
    let sent = send(story, send_all, &mut stream, "greeting", GREETING.as_bytes())?;
    let mistake = match &sent {
        _ if stream.is_stuck() => {
            "Your function tried thousands of times more. A nonblocking stream is not for waiting: WouldBlock is the \
             caller's, who knows when to try again."
        }
        Ok(()) => "17 bytes were never sent, and your function said ok: the stream's error got lost.",
        Err(_) => "The caller should get the stream's own error: hand it on as it is.",
    };
    story.check(judge::failed_with(&sent, ErrorKind::WouldBlock), "The caller learns that it has to wait.", mistake)
}

fn fails_after_much(story: &mut Story, send_all: SendAll) -> io::Result<()> {
    story.step("It takes 110 times 5000 bytes, then fails with an error that has no kind (scripted).");
    let script: Vec<_> = [Act::Pass(5000); 110].into_iter().chain([Act::FailAs(NO_KIND)]).collect();
    let mut stream = Watched::for_much(Scripted::new(&script));
    let small_print = SmallPrint::before();
    let sent = send_all(&mut stream, &[b'.'; MUCH]);
    let right = sent.as_ref().is_err_and(|error| errors::same(error, &io::Error::from_raw_os_error(NO_KIND)));
    let told = sent.as_ref().map_or_else(Outcome::from, |()| Outcome::from("ok"));
    story.you("send_all(&mut stream, bytes)", if right { Outcome::from("the stream's own error") } else { told });
    let mistake = match &sent {
        _ if stream.is_stuck() => {
            "The stream failed, and your function tried thousands of times more: only Interrupted is worth another try."
        }
        Ok(()) => "Half of the bytes were never sent, and your function said ok: the stream's error got lost.",
        Err(_) => "The caller should get the stream's own error: hand it on as it is, with its number.",
    };
    story.check(right, "Whichever error it is, and however late it comes.", mistake)?;
    small_print.holds(story, [])
}

/// And in ways, at places and with texts that are told only where they show a mistake.
fn fails_in_many_ways(story: &mut Story, send_all: SendAll) -> io::Result<()> {
    all_sorts::sent(story, send_all)?;
    story.step("It takes 7 bytes, then fails with each of nine other errors (scripted).");
    story.meaning("Each of them came back to the caller as it was.");
    Ok(())
}

/// How a call of the learner's function ended, which bytes the stream took, and whether the calls had no end.
struct Sent<'a> {
    result: io::Result<()>,
    taken: &'a [u8],
    stuck: bool,
}

/// The stream should have taken the text's bytes, and the function should have succeeded.
fn all_sent(story: &mut Story, sent: Sent, text: &str, meaning: &str) -> io::Result<()> {
    let bytes = text.as_bytes();
    let Sent { result, taken, stuck } = sent;
    // What went out at first, if it went out again.
    let again = (1..bytes.len()).any(|first| {
        taken.len() > first && bytes.starts_with(&taken[..first]) && taken[first..].starts_with(&bytes[..first.min(4)])
    });
    let mistake = match (taken, &result) {
        (_, Ok(())) if taken == bytes => {
            story.meaning(meaning);
            return Ok(());
        }
        (_, Err(error)) if taken == bytes && error.kind() == ErrorKind::WriteZero => {
            "The stream took every byte, and then your function called write with nothing left. Of no bytes a stream takes \
             0, and that is no failure: look whether anything is left before you call write."
        }
        _ if stuck && taken == bytes => {
            "The stream took every byte, and your function called write thousands of times more, with nothing to \
             offer: stop when nothing is left."
        }
        _ if taken.starts_with(&bytes.repeat(2)) => {
            "The stream got more than the bytes that your function was given: it got the same ones again. Left is what \
             stands behind the bytes that it took (&left[taken..]), and when that is nothing, stop."
        }
        _ if taken.starts_with(bytes) && taken.len() > bytes.len() => {
            "The stream got more than the bytes that your function was given: stop when it took the last of them."
        }
        _ if again => "The stream got the first bytes again: go on behind the bytes that it took, not from the start.",
        _ if stuck => {
            "Your function offers the same bytes again and again, and would do so for ever. Cut what was taken from \
             what is left (&left[taken..]), or add it to the count (+=)."
        }
        (_, Err(error)) => {
            let text = format!("send_all returned this error where it should succeed: {error}.");
            return Err(story.mistake(&text));
        }
        ([], _) => "The stream got nothing, and your function said ok: hand the bytes to its write.",
        _ if bytes.starts_with(taken) => {
            "write took some of the bytes, and your function never offered it the rest: look at the number that it \
             returns."
        }
        _ if taken.len() < bytes.len() => {
            "Bytes are missing in the middle: after a short count, go on with the very next byte."
        }
        _ => "These are not the bytes that your function was given.",
    };
    Err(story.mistake(mistake))
}

/// Calls the learner's function with these bytes, by the name that they have in the story.
fn send(
    story: &mut Story,
    send_all: SendAll,
    stream: &mut dyn Write,
    name: &str,
    bytes: &[u8],
) -> io::Result<io::Result<()>> {
    let small_print = SmallPrint::before();
    let sent = send_all(stream, bytes);
    let sent = judge::told(story, &format!("send_all(&mut stream, {name})"), sent, |()| "ok".to_owned())?;
    small_print.holds(story, [])?;
    Ok(sent)
}
