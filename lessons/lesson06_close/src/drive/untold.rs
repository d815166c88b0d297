//! Clients that a step's own is like, and of which it tells only where something is wrong.

use std::io::{self, ErrorKind, Write};

use narrator::glance::Silent;
use narrator::partner::{self, shown, until_heard};
use narrator::small_print::SmallPrint;
use narrator::{LOOPBACK, Story, judge, texts};
use socket2::Socket;

use super::client::{client_waits_and_then, much};
use super::{SHORT, SOCKET, breaks_off};
use crate::Finish;

/// What a client has said before it leaves in another way than by its end.
const LINE: &[u8] = b"one moment\n";

/// Whatever a client says, it is returned as it came, and the socket is as its owner has set it.
pub(super) fn who_says_anything(story: &mut Story, finish: Finish) -> io::Result<()> {
    for (round, words) in texts::bytes().enumerate() {
        let (stream, client) = partner::has_said(words, round % 2 == 1)?;
        let clone = stream.try_clone()?;
        let small_print = SmallPrint::before().given_with_a_clone(SOCKET, &stream, &clone);
        let result = finish(stream);
        let mistake = match &result {
            Ok(heard) if heard == words => small_print.look([]),
            Ok(heard) => Some(format!(
                "A client that said {} has closed, and your function returned {}. What bytes mean is for the caller: \
                 return all of them, as they came.",
                shown(words),
                shown(heard)
            )),
            Err(error) => Some(format!(
                "A client that said {} has closed, and your function returned an error: {:?}.",
                shown(words),
                error.kind()
            )),
        };
        drop(clone);
        let sent = partner::until_the_end(&client).unwrap_or_default();
        let mistake = mistake.or_else(|| {
            (!sent.is_empty())
                .then(|| format!("A client that had sent all heard {} from you. Nobody asked for that.", shown(&sent)))
        });
        if let Some(mistake) = mistake {
            return Err(story.mistake(&mistake));
        }
    }
    piece_by_piece(story, finish)
}

/// Each of them in a recv of its own, and last more than a million bytes.
fn piece_by_piece(story: &mut Story, finish: Finish) -> io::Result<()> {
    let (stream, client) = partner::met(LOOPBACK, None)?;
    let client = client_waits_and_then(client, |mut client, account| {
        for piece in texts::bytes() {
            account.tell_send("send()", client.send(piece));
            until_heard(client);
        }
        let _ = client.write_all(&much().repeat(6));
    })?;
    let result = finish(stream);
    let _ = partner::finished(client)?;
    let said = [texts::bytes().collect::<Vec<_>>().concat(), much().repeat(6)].concat();
    if result.as_ref().is_ok_and(|heard| *heard == said) {
        return Ok(());
    }
    let returned = result.map_or_else(|error| format!("{:?}", error.kind()), |heard| shown(&heard));
    Err(story.mistake(&format!(
        "A client said {} bytes in pieces, some of them very short, and your function returned {returned}. No word and no \
         line is the end, and no length: only 0 from recv is.",
        said.len()
    )))
}

pub(super) fn who_breaks_off_after_a_line(story: &mut Story, finish: Finish) -> io::Result<()> {
    let (stream, client) = partner::met(LOOPBACK, None)?;
    let client = client_waits_and_then(client, |client, account| {
        account.tell_send("send()", client.send(LINE));
        until_heard(client);
        breaks_off(client, account);
    })?;
    let small_print = SmallPrint::before().given(&stream);
    let result = finish(stream);
    let _ = partner::finished(client)?;
    after_a_line(story, "broke off", ErrorKind::ConnectionReset, &result)?;
    small_print.holds(story, [])
}

pub(super) fn who_falls_silent_after_a_line(story: &mut Story, finish: Finish) -> io::Result<()> {
    let (stream, client) = partner::met(LOOPBACK, Some(SHORT / 2))?;
    client.send(LINE)?;
    let result = in_silence(story, finish, stream, client)?;
    let timed_out = if cfg!(unix) { ErrorKind::WouldBlock } else { ErrorKind::TimedOut };
    after_a_line(story, "fell silent", timed_out, &result)
}

fn after_a_line(story: &mut Story, how: &str, expected: ErrorKind, result: &io::Result<Vec<u8>>) -> io::Result<()> {
    let returned = match result {
        Err(error) if error.kind() == expected => return Ok(()),
        Err(error) => format!("{:?}", error.kind()),
        Ok(heard) => shown(heard),
    };
    Err(story.mistake(&format!(
        "A client said {}, and {how}. recv failed with {expected:?}, and your function returned {returned}: hand recv's \
         own error on, whatever was heard before.",
        shown(LINE)
    )))
}

/// What the function gives back of a client that says nothing more, when its own time has run out.
pub(super) fn in_silence(
    story: &mut Story,
    finish: Finish,
    stream: Socket,
    client: Socket,
) -> io::Result<io::Result<Vec<u8>>> {
    let clone = stream.try_clone()?;
    let client = Silent::begin("The socket", &stream, client)?;
    let small_print = SmallPrint::before().given_with_a_clone(SOCKET, &stream, &clone);
    let result = finish(stream);
    let (changed, waited_on) = client.end()?;
    judge::started(&result)?;
    let waited_on = waited_on.then(|| {
        "Your function went on waiting when recv's time had run out, until the client gave up after 2 s: hand recv's \
         error on, the first one."
            .to_owned()
    });
    match changed.or(waited_on).or_else(|| small_print.look([])) {
        Some(mistake) => Err(story.mistake(&mistake)),
        None => Ok(result),
    }
}

/// An error that no connection gives.
pub(super) fn a_socket_that_fails_otherwise(story: &mut Story, finish: Finish) -> io::Result<()> {
    let Some(socket) = partner::refused()? else { return Ok(()) };
    let small_print = SmallPrint::before().given(&socket);
    let result = finish(socket);
    if !judge::failed_with(&result, ErrorKind::ConnectionRefused) {
        let returned = result.map_or_else(|error| format!("{:?}", error.kind()), |heard| shown(&heard));
        return Err(story.mistake(&format!(
            "recv failed with ConnectionRefused, an error that no connection gives, and your function returned {returned}: \
             hand every error on as it is."
        )));
    }
    small_print.holds(story, [])
}
