//! Clients of `serve_client` that a step's own is like, and of which it tells only where something is wrong.

use std::io::{self, ErrorKind, Write};
use std::time::Duration;

use narrator::glance::Silent;
use narrator::partner::{self, LONG, shown, until_heard};
use narrator::settings::as_owned;
use narrator::small_print::SmallPrint;
use narrator::{LOOPBACK, Story, judge, texts};
use socket2::Socket;

use super::serve_client::{CLOSED, hear};
use crate::{GREETING, ServeClient};

/// What a client has said before it leaves in another way than by its end.
const LINE: &[u8] = b"one moment\n";

/// How long a call waits where the caller has set a timeout.
pub(super) const SHORT: Duration = Duration::from_millis(40);

/// What a call says when its time has run out.
const TIMED_OUT: ErrorKind = if cfg!(unix) { ErrorKind::WouldBlock } else { ErrorKind::TimedOut };

/// Whatever the greeting is, and whatever a client says: both come as they are, and the socket is as its owner has set it.
pub(super) fn who_says_anything(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    for (round, words) in texts::bytes().enumerate() {
        let greeting = texts::TEXTS[(round + 1) % texts::TEXTS.len()];
        let (stream, client) = partner::has_said(words, round % 2 == 1)?;
        let clone = stream.try_clone()?;
        let small_print = SmallPrint::before().given_with_a_clone(CLOSED, &stream, &clone);
        let result = serve_client(stream, greeting);
        let changed = small_print.look([]);
        drop(clone);
        let heard = partner::until_the_end(&client).unwrap_or_default();
        if heard != greeting.as_bytes() {
            return Err(story.mistake(&format!(
                "The greeting was {greeting:?}, and the client heard {}: send its bytes as they are, all of them and no more.",
                shown(&heard)
            )));
        }
        came(story, words, &result, changed)?;
    }
    piece_by_piece(story, serve_client)
}

/// Each of them in a recv of its own.
fn piece_by_piece(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    let (stream, client) = partner::met(LOOPBACK, Some(LONG))?;
    as_owned(&stream)?;
    let client = partner::at_work(move || {
        let _ = hear(&client, GREETING.len());
        for words in texts::bytes() {
            let _ = client.send(words);
            until_heard(&client);
        }
    })?;
    let result = serve_client(stream, GREETING);
    partner::finished(client)?;
    came(story, &texts::bytes().collect::<Vec<_>>().concat(), &result, None)
}

fn came(story: &mut Story, words: &[u8], result: &io::Result<Vec<u8>>, mistake: Option<String>) -> io::Result<()> {
    let right = result.as_ref().is_ok_and(|answer| answer == words);
    let mistake = mistake.or_else(|| {
        (!right).then(|| {
            format!(
                "A client answered with {}, and your function returned {}: return its bytes as they came, all of them. No word \
                 and no line is the end.",
                shown(words),
                returned(result)
            )
        })
    });
    mistake.map_or(Ok(()), |mistake| Err(story.mistake(&mistake)))
}

/// Before it is greeted: send fails.
pub(super) fn who_breaks_off_unheard(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    let (stream, client) = partner::met(LOOPBACK, Some(LONG))?;
    client.set_linger(Some(Duration::ZERO))?;
    drop(client);
    partner::wait_until(|| stream.peer_addr().is_err());
    let small_print = SmallPrint::before().given(&stream);
    let result = serve_client(stream, GREETING);
    fails(story, "A client broke off before it was greeted", ErrorKind::ConnectionReset, &result)?;
    small_print.holds(story, [])
}

pub(super) fn who_breaks_off(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    let (stream, client) = partner::met(LOOPBACK, Some(LONG))?;
    let client = partner::at_work(move || {
        let _ = hear(&client, GREETING.len());
        let _ = client.send(LINE);
        until_heard(&client);
        client.set_linger(Some(Duration::ZERO))
    })?;
    let small_print = SmallPrint::before().given(&stream);
    let result = serve_client(stream, GREETING);
    partner::finished(client)??;
    fails(story, "A client said a line and broke off", ErrorKind::ConnectionReset, &result)?;
    small_print.holds(story, [])
}

pub(super) fn who_falls_silent(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    let (stream, client) = partner::met(LOOPBACK, Some(SHORT))?;
    (&client).write_all(LINE)?;
    let (result, _) = in_silence(story, serve_client, stream, client)?;
    fails(story, "A client said a line and fell silent", TIMED_OUT, &result)
}

/// No room is left for the greeting, so the first send brings an error, and no part.
pub(super) fn who_takes_nothing(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    let (stream, client) = partner::met(LOOPBACK, Some(SHORT))?;
    stream.set_send_buffer_size(1)?;
    client.set_recv_buffer_size(1)?;
    stream.set_nonblocking(true)?;
    while stream.send(&[b'.'; 64 * 1024]).is_ok() {}
    stream.set_nonblocking(false)?;
    let (result, waited_on) = in_silence(story, serve_client, stream, client)?;
    if waited_on {
        return Err(story.mistake(
            "Your function went on when send's time had run out, until the client took what was sent, after 2 s: hand send's \
             error on, the first one.",
        ));
    }
    fails(story, "A client took nothing of what was sent", TIMED_OUT, &result)
}

/// What the function gives back of a client that says nothing more, and whether it waited on when recv's time had run out.
pub(super) fn in_silence(
    story: &mut Story,
    serve_client: ServeClient,
    stream: Socket,
    client: Socket,
) -> io::Result<(io::Result<Vec<u8>>, bool)> {
    let clone = stream.try_clone()?;
    let silent = Silent::begin("The stream", &stream, client)?;
    let small_print = SmallPrint::before().given_with_a_clone(CLOSED, &stream, &clone);
    let result = serve_client(stream, GREETING);
    let (changed, waited_on) = silent.end()?;
    judge::started(&result)?;
    match changed.or_else(|| small_print.look([])) {
        Some(mistake) => Err(story.mistake(&mistake)),
        None => Ok((result, waited_on)),
    }
}

/// An error that no connection gives.
pub(super) fn a_socket_that_fails_otherwise(story: &mut Story, serve_client: ServeClient) -> io::Result<()> {
    for greeting in [GREETING, ""] {
        let Some(socket) = partner::refused()? else { return Ok(()) };
        let small_print = SmallPrint::before().given(&socket);
        let result = serve_client(socket, greeting);
        fails(
            story,
            &format!("The greeting was {greeting:?}, and the socket no connection"),
            ErrorKind::ConnectionRefused,
            &result,
        )?;
        small_print.holds(story, [])?;
    }
    Ok(())
}

fn fails(story: &mut Story, what: &str, expected: ErrorKind, result: &io::Result<Vec<u8>>) -> io::Result<()> {
    if judge::failed_with(result, expected) {
        return Ok(());
    }
    Err(story.mistake(&format!(
        "{what}: a call failed with {expected:?}, and your function returned {}. Hand its own error on, whatever was \
         said before.",
        returned(result)
    )))
}

pub(super) fn returned(result: &io::Result<Vec<u8>>) -> String {
    result.as_ref().map_or_else(|error| format!("the error {:?}", error.kind()), |bytes| shown(bytes))
}
