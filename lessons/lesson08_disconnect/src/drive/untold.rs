//! Clients that a step's own is like, and of which it tells only where something is wrong.

use std::io::{self, ErrorKind, Write};
use std::time::Duration;

use narrator::glance::Silent;
use narrator::partner::{self, LONG, shown};
use narrator::settings::as_owned;
use narrator::small_print::SmallPrint;
use narrator::{LOOPBACK, Story, judge, texts};

use super::leaves::SHORT;
use super::{Echo, STREAM, converse, listen};
use crate::{EchoUntilGone, Farewell};

/// What a client may have said before it leaves: nothing, or a line.
const SAID: [&[u8]; 2] = [b"", b"one moment\n"];

/// Whatever a client says, it hears the same and no more, and the socket is as its owner has set it.
pub(super) fn who_says_anything(story: &mut Story, echo: EchoUntilGone) -> io::Result<()> {
    for (round, words) in texts::bytes().enumerate() {
        let (stream, client) = partner::has_said(words, round % 2 == 1)?;
        let small_print = SmallPrint::before().lent(STREAM, &stream);
        let result = echo(&stream);
        let changed = small_print.look([]);
        drop(small_print);
        drop(stream);
        let heard = partner::until_the_end(&client).unwrap_or_default();
        if heard != words {
            let mistake = format!(
                "A client said {}, and heard {}: an echo gives back the same bytes, whatever they mean.",
                shown(words),
                shown(&heard)
            );
            return Err(story.mistake(&mistake));
        }
        gone(story, "closed", words, (words.len(), Farewell::Closed), &result, changed)?;
    }
    piece_by_piece(story, echo)
}

/// The same client says all of it, each when it has heard the one before.
fn piece_by_piece(story: &mut Story, echo: EchoUntilGone) -> io::Result<()> {
    let (stream, client) = partner::met(LOOPBACK, Some(LONG))?;
    as_owned(&stream)?;
    let client = partner::at_work(move || texts::bytes().find(|words| converse(&client, words) != Echo::Whole))?;
    let small_print = SmallPrint::before().lent(STREAM, &stream);
    let result = echo(&stream);
    let changed = small_print.look([]);
    drop(small_print);
    drop(stream);
    if let Some(words) = partner::finished(client)? {
        let mistake = format!(
            "A client said {} and more, and has not heard it. No word and no line is the end: only 0 is.",
            shown(words)
        );
        return Err(story.mistake(&mistake));
    }
    let said = texts::bytes().map(<[u8]>::len).sum();
    gone(story, "closed", b"this and that", (said, Farewell::Closed), &result, changed)
}

pub(super) fn who_breaks_off(story: &mut Story, echo: EchoUntilGone) -> io::Result<()> {
    for words in SAID {
        let (stream, client) = partner::met(LOOPBACK, Some(LONG))?;
        let client = partner::at_work(move || {
            let heard = converse(&client, words);
            client.set_linger(Some(Duration::ZERO)).map(|()| heard)
        })?;
        let small_print = SmallPrint::before().lent(STREAM, &stream);
        let result = echo(&stream);
        let _ = partner::finished(client)?;
        gone(story, "broke off", words, (words.len(), Farewell::Reset), &result, small_print.look([]))?;
    }
    Ok(())
}

pub(super) fn who_falls_silent(story: &mut Story, echo: EchoUntilGone) -> io::Result<()> {
    for words in SAID {
        let (stream, client) = partner::met(LOOPBACK, Some(SHORT / 2))?;
        (&client).write_all(words)?;
        let silent = Silent::begin(STREAM, &stream, client.try_clone()?)?;
        let small_print = SmallPrint::before().lent(STREAM, &stream);
        let result = echo(&stream);
        let (changed, waited_on) = silent.end()?;
        let waited_on = waited_on.then(|| {
            "Your function went on waiting when recv's time had run out, until the client gave up after 2 s: once is enough, \
             then it is Silent."
                .to_owned()
        });
        let mistake = changed.or(waited_on).or_else(|| small_print.look([]));
        gone(story, "fell silent", words, (words.len(), Farewell::Silent), &result, mistake)?;
        if !words.is_empty() && listen(&client, words, words.len()) != Echo::Whole {
            return Err(story.mistake("A client that said a line did not get its echo."));
        }
    }
    Ok(())
}

/// An error that no connection gives.
pub(super) fn a_socket_that_fails_otherwise(story: &mut Story, echo: EchoUntilGone) -> io::Result<()> {
    let Some(socket) = partner::refused()? else { return Ok(()) };
    let small_print = SmallPrint::before();
    let result = echo(&socket);
    if !judge::failed_with(&result, ErrorKind::ConnectionRefused) {
        return Err(story.mistake(&format!(
            "recv failed with ConnectionRefused, an error that no connection gives and no Farewell, and your function \
             returned {}: hand it on as it is.",
            returned(&result)
        )));
    }
    small_print.holds(story, [])
}

/// How a client went that had said these words, and what the function says of it.
fn gone(
    story: &mut Story,
    how: &str,
    words: &[u8],
    expected: (usize, Farewell),
    result: &io::Result<(usize, Farewell)>,
    mistake: Option<String>,
) -> io::Result<()> {
    let right = matches!(result, Ok(said) if *said == expected);
    let mistake = mistake.or_else(|| {
        (!right).then(|| {
            format!(
                "A client that said {} {how}: that is {} bytes and {:?}, and your function returned {}.",
                shown(words),
                expected.0,
                expected.1,
                returned(result)
            )
        })
    });
    mistake.map_or(Ok(()), |mistake| Err(story.mistake(&mistake)))
}

fn returned(result: &io::Result<(usize, Farewell)>) -> String {
    match result {
        Ok((count, farewell)) => format!("{count} bytes and {farewell:?}"),
        Err(error) => format!("the error {:?}", error.kind()),
    }
}
