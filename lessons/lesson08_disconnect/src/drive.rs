//! Calls the learner's function in one situation after another, and judges what comes of it. To read after your turn: it
//! tells what is looked for.

mod echoes;
mod interrupted;
mod leaves;
mod untold;

use std::io::{self, ErrorKind, Read, Write};

use narrator::small_print::SmallPrint;
use narrator::{Story, judge, partner};
use socket2::Socket;

use crate::{EchoUntilGone, Farewell};

/// Clients that go in every way there is, and a socket that never had one.
pub(crate) fn echo_until_gone(story: &mut Story, echo: EchoUntilGone) -> io::Result<()> {
    echoes::one_that_closes(story, echo)?;
    echoes::one_that_never_speaks(story, echo)?;
    echoes::one_that_says_much(story, echo)?;
    untold::who_says_anything(story, echo)?;
    leaves::one_that_breaks_off(story, echo)?;
    untold::who_breaks_off(story, echo)?;
    leaves::one_that_falls_silent(story, echo)?;
    untold::who_falls_silent(story, echo)?;
    leaves::one_that_does_not_wait(story, echo)?;
    leaves::none_at_all(story, echo)?;
    untold::a_socket_that_fails_otherwise(story, echo)?;
    echoes::one_of_ipv6(story, echo)?;
    interrupted::interrupted(story)
}

/// What begins a sentence about the socket that the function borrows.
const STREAM: &str = "The stream";

/// One client's visit: it does its part in a thread of its own, while the learner's function has the server's stream.
/// Tells what that one gave back; one that is not written yet ends it here.
fn visit<T: Send + 'static>(
    story: &mut Story,
    echo: EchoUntilGone,
    stream: Socket,
    part: impl FnOnce() -> T + Send + 'static,
) -> io::Result<(io::Result<(usize, Farewell)>, T)> {
    visit_and_look(story, echo, stream, part, |_| None)
}

/// The same, with one more look at the stream when the function has returned: for a mistake.
fn visit_and_look<T: Send + 'static>(
    story: &mut Story,
    echo: EchoUntilGone,
    stream: Socket,
    part: impl FnOnce() -> T + Send + 'static,
    look: impl FnOnce(&Socket) -> Option<String>,
) -> io::Result<(io::Result<(usize, Farewell)>, T)> {
    let client = partner::at_work(part)?;
    let small_print = SmallPrint::before().lent(STREAM, &stream);
    let result = echo(&stream);
    judge::started(&result)?;
    let held = small_print.look([]).or_else(|| look(&stream));
    // The client may still listen, to a server that is done.
    drop(small_print);
    drop(stream);
    let saw = partner::finished(client)?;
    let result = told(story, result)?;
    match held {
        Some(mistake) => Err(story.mistake(&mistake)),
        None => Ok((result, saw)),
    }
}

/// Tells what the learner's function gave back.
fn told(story: &mut Story, result: io::Result<(usize, Farewell)>) -> io::Result<io::Result<(usize, Farewell)>> {
    judge::told(story, "echo_until_gone(&stream)", result, |(count, farewell)| format!("{count} bytes, {farewell:?}"))
}

/// Holds what the learner's function gave back against what really happened. `miscounted` explains a wrong count.
fn went(
    story: &mut Story,
    result: io::Result<(usize, Farewell)>,
    expected: (usize, Farewell),
    miscounted: impl FnOnce(usize) -> &'static str,
) -> io::Result<()> {
    use Farewell::{Closed, Reset, Silent};
    let mistake = match (expected.1, result) {
        (farewell, Ok((count, told))) if told == farewell => {
            return if count == expected.0 { Ok(()) } else { Err(story.mistake(miscounted(count))) };
        }
        // Of a nonblocking socket nobody can say which came first, its last "nothing yet" or the end.
        (Closed, Ok((_, Silent))) => {
            "The client was not silent: the time that the caller allows had not run out. It closed, and then recv \
             gives 0. (A nonblocking socket does not wait for that: leave the settings as they are.)"
                .to_owned()
        }
        (Closed, Ok(_)) => "The client closed politely: recv gave 0, and no error as for a reset.".to_owned(),
        (Reset, Ok((_, Silent))) => "No time ran out: recv failed with ConnectionReset, so it is Reset.".to_owned(),
        (Reset, Ok(_)) => {
            "recv failed with ConnectionReset: this client broke off, and did not close politely. (Who asks again \
             after a reset gets 0.)"
                .to_owned()
        }
        (Silent, Ok((_, Reset))) => {
            "Nothing was reset. recv's time ran out, an error of another kind: the client is Silent.".to_owned()
        }
        (Silent, Ok(_)) => {
            "The client has not closed: it is still connected, and recv's time ran out. Only 0 is the end.".to_owned()
        }
        (Reset, Err(error)) if error.kind() == ErrorKind::ConnectionReset => {
            "The reset was handed on as an error. It is one of the ways in which a client goes: return Reset, with \
             the count so far."
                .to_owned()
        }
        (Silent, Err(error)) if judge::timed_out(error.kind()) => {
            "The timeout was handed on as an error. The caller set it, and wants to be told in words: return Silent, \
             with the count so far."
                .to_owned()
        }
        (Closed, Err(error)) => format!(
            "The client closed politely, which recv tells by 0 and no error, but your function gave back {:?}. \
             Return Closed, with the count so far.",
            error.kind()
        ),
        (farewell, Err(error)) => format!(
            "Your function gave back an error, {:?}, where it should say how the client went: {farewell:?}.",
            error.kind()
        ),
    };
    Err(story.mistake(&mistake))
}

/// What came back to a client of its own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Echo {
    /// All of them, and nothing else.
    Whole,
    /// So many bytes, and no more within 2 s.
    Late(usize),
    /// So many bytes, then the end of the connection.
    Cut(usize),
    /// Its words, and then something that it never said.
    More,
    /// Something else.
    Other,
}

/// Says these words, and listens until as many bytes have come back.
fn converse(mut client: &Socket, words: &[u8]) -> Echo {
    match client.write_all(words) {
        Ok(()) => listen(client, words, words.len()),
        Err(_) => Echo::Cut(0),
    }
}

/// Listens until `enough` bytes or the end; it waits at most 2 s for each recv.
fn listen(mut client: &Socket, words: &[u8], enough: usize) -> Echo {
    let mut heard = Vec::new();
    let mut buffer = [0; 4096];
    let mut late = false;
    while heard.len() < enough {
        match client.read(&mut buffer) {
            Ok(received @ 1..) => heard.extend(&buffer[..received]),
            end => {
                late = end.is_err_and(|error| judge::timed_out(error.kind()));
                break;
            }
        }
    }
    match heard.len() {
        _ if heard == words => Echo::Whole,
        count if words.starts_with(&heard) && late => Echo::Late(count),
        count if words.starts_with(&heard) => Echo::Cut(count),
        _ if heard.starts_with(words) => Echo::More,
        _ => Echo::Other,
    }
}
