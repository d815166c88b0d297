//! Servers of `converse` that a step's own is like, and of which it tells only where something is wrong.

use std::io::{self, ErrorKind};
use std::time::Duration;

use narrator::partner::{self, shown, until_heard};
use narrator::small_print::SmallPrint;
use narrator::watchdog::Watched;
use narrator::{Story, judge, texts};

use super::converse::serve_one;
use super::untold::returned;
use crate::Converse;

/// Whatever the greeting is, also none, and whatever the answer: both come as they are.
pub(super) fn who_say_anything(story: &mut Story, converse: Converse) -> io::Result<()> {
    for (round, greeting) in texts::bytes().enumerate() {
        let answer = texts::TEXTS[(round + 1) % texts::TEXTS.len()];
        let (listening, address) = partner::listen(5)?;
        let server = serve_one(listening, greeting.to_vec(), None)?;
        let small_print = SmallPrint::before();
        let result = converse(address, answer);
        let heard = partner::finished(server)??;
        if result.as_ref().is_ok_and(|said| said != greeting) || (result.is_err() && heard.bytes.is_empty()) {
            return Err(story.mistake(&format!(
                "A server greeted with {}, and your function returned {}: the greeting is the bytes that recv brought, as they \
                 came. None is a greeting, too.",
                shown(greeting),
                returned(&result)
            )));
        }
        if heard.bytes != answer.as_bytes() || heard.end.is_err() || result.is_err() {
            return Err(story.mistake(&format!(
                "The greeting was {}, the answer {answer:?}, and the server heard {}: send the answer's bytes as they are, \
                 then close.",
                shown(greeting),
                shown(&heard.bytes)
            )));
        }
        small_print.holds(story, [])?;
    }
    Ok(())
}

/// The second piece comes when the first is read: one recv brings only that.
pub(super) fn who_greets_in_two_pieces(story: &mut Story, converse: Converse) -> io::Result<()> {
    let (listening, address) = partner::listen(5)?;
    let server = partner::at_work(move || {
        let Some((stream, _)) = partner::wait_for_client(&listening)? else { return Ok(()) };
        stream.send(b"Welcome")?;
        until_heard(&stream);
        // A client that has left already is right.
        let _ =
            stream.send(b" to study socket!").and_then(|_| partner::until_the_end(&stream).map(|heard| heard.len()));
        io::Result::Ok(())
    })?;
    let result = converse(address, "over!");
    partner::finished(server)??;
    if result.as_ref().is_ok_and(|greeting| greeting == b"Welcome") {
        return Ok(());
    }
    Err(story.mistake(&format!(
        "A server sent \"Welcome\", and more when that had been received, and your function returned {}. The greeting is what \
         one recv brings: receive once, then answer.",
        returned(&result)
    )))
}

/// The greeting is heard, but the answer cannot be sent whole.
pub(super) fn who_breaks_off_in_the_answer(story: &mut Story, converse: Converse) -> io::Result<()> {
    let (listening, address) = partner::listen(5)?;
    listening.set_recv_buffer_size(8 * 1024)?;
    let client = Watched::this_thread();
    let server = partner::at_work(move || {
        let Some((stream, _)) = partner::wait_for_client(&listening)? else { return Ok(()) };
        stream.send(b"Welcome")?;
        until_heard(&stream);
        let _ = client.waits_to_send();
        stream.set_linger(Some(Duration::ZERO))
    })?;
    let answer = "over! ".repeat(3_000_000);
    let small_print = SmallPrint::before();
    let result = converse(address, &answer);
    partner::finished(server)??;
    if !judge::failed_with(&result, ErrorKind::ConnectionReset) {
        return Err(story.mistake(&format!(
            "A server greeted, and broke off with a reset when it had taken a part of the answer: the rest cannot be sent. Your \
             function returned {}: hand send's own error on.",
            returned(&result)
        )));
    }
    small_print.holds(story, [])
}
