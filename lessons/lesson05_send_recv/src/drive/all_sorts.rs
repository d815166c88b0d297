//! All sorts of texts, in all sorts of pieces; and all sorts of errors, at each place in a text. Both functions go through
//! them, and of what went well nothing is told.

use std::fmt::Display;
use std::io::{self, ErrorKind};

use narrator::partner::shown;
use narrator::scripted::{Act, Scripted};
use narrator::small_print::SmallPrint;
use narrator::{Outcome, Story, errors};

use super::{NO_KIND, Watched};
use crate::{ReceiveText, SendAll};

/// Errors of many kinds: none of them is the end, and none is worth another try. Of the first nine the story tells.
const KINDS: [ErrorKind; 31] = [
    ErrorKind::UnexpectedEof,
    ErrorKind::TimedOut,
    ErrorKind::ConnectionAborted,
    ErrorKind::NotConnected,
    ErrorKind::BrokenPipe,
    ErrorKind::PermissionDenied,
    ErrorKind::InvalidInput,
    ErrorKind::OutOfMemory,
    ErrorKind::Other,
    ErrorKind::WouldBlock,
    ErrorKind::ConnectionReset,
    ErrorKind::ConnectionRefused,
    ErrorKind::HostUnreachable,
    ErrorKind::NetworkUnreachable,
    ErrorKind::NetworkDown,
    ErrorKind::AddrInUse,
    ErrorKind::AddrNotAvailable,
    ErrorKind::NotFound,
    ErrorKind::AlreadyExists,
    ErrorKind::InvalidData,
    ErrorKind::WriteZero,
    ErrorKind::StorageFull,
    ErrorKind::QuotaExceeded,
    ErrorKind::FileTooLarge,
    ErrorKind::ResourceBusy,
    ErrorKind::Deadlock,
    ErrorKind::NotSeekable,
    ErrorKind::ReadOnlyFilesystem,
    ErrorKind::StaleNetworkFileHandle,
    ErrorKind::IsADirectory,
    ErrorKind::Unsupported,
];

/// The number of an error that no system knows.
const UNKNOWN: i32 = 9999;

/// A line, a character that can be cut, and more.
const TEXT: &str = "a\n\u{6d88}b\r\n";

/// So many of its bytes come before an error: none, a line, a cut character, all but one, all.
const PLACES: [usize; 5] = [0, 2, 4, 7, TEXT.len()];

/// Characters that somebody might take for something else than a part of the text.
const TEXTS: [&str; 26] = [
    "",
    "a",
    "\0",
    "\n",
    "\r\n",
    " ",
    "\u{feff}",
    "\u{fffd}",
    "\0a",
    "a\0",
    "a\0\0b",
    " \t a",
    "a \t ",
    "\n\na",
    "a\n",
    "a\r\n",
    "a\r",
    "a\n\nb\r\nc\rd",
    "\u{feff}a\u{feff}",
    "e\u{301} \u{e9}",
    "\u{2028}a\u{85}\u{a0}\u{3000}",
    "\x1b[1m\x04\x08\x1a\x7f\x0b\x0c",
    "\u{1f980}\u{200d}\u{1f980}\u{10ffff}",
    "a\n.\r\nb\n.\n",
    "quit\nexit\nbye\nEND\nEOF\nover!\n\n",
    "\"a\\n\\0\\u{41}%00&amp;+#\"",
];

/// How many bytes a stream lets pass at a call, and where it is interrupted.
const PIECES: [&[Act]; 6] = [
    &[Act::Pass(1)],
    &[INTERRUPTED, Act::Pass(7)],
    &[Act::Pass(1), Act::Pass(1), Act::Pass(4), INTERRUPTED, INTERRUPTED, Act::Pass(1000)],
    &[Act::Pass(3), INTERRUPTED, Act::Pass(1), INTERRUPTED, Act::Pass(1), INTERRUPTED, INTERRUPTED, Act::Pass(2)],
    &[Act::Pass(5), Act::Pass(1), INTERRUPTED, Act::Pass(4000)],
    &[Act::Pass(usize::MAX)],
];

const INTERRUPTED: Act = Act::Fail(ErrorKind::Interrupted);

/// The texts, and some about as long as buffers are.
fn texts() -> impl Iterator<Item = String> {
    let long = |length| format!("\u{6d88}{}", "0123456789\r\n".repeat(length))[..length].to_owned();
    TEXTS.into_iter().map(str::to_owned).chain([1024, 4096, 8192, 65_536, 65_537].map(long))
}

/// How a stream deals with bytes of this length; a long text byte by byte would take too long.
fn pieces(length: usize) -> impl Iterator<Item = &'static [Act]> {
    PIECES.into_iter().skip(usize::from(length > 300))
}

/// Each of these acts at each place, also behind an interruption; after it the stream would go on.
fn failures(acts: impl Iterator<Item = Act>) -> impl Iterator<Item = (usize, Act, Vec<Act>)> {
    acts.flat_map(|act| PLACES.map(|place| (place, act))).flat_map(|(place, act)| {
        let before = if place == 0 { vec![] } else { vec![Act::Pass(place)] };
        [&[][..], &[INTERRUPTED]].map(|between| (place, act, [&before, between, &[act, Act::Pass(64)]].concat()))
    })
}

fn errors() -> impl Iterator<Item = Act> {
    KINDS.into_iter().map(Act::Fail).chain([Act::FailAs(NO_KIND), Act::FailAs(UNKNOWN)])
}

/// Whether the function failed with this error.
fn failed_with<T>(result: &io::Result<T>, own: &io::Error) -> bool {
    result.as_ref().is_err_and(|error| errors::same(error, own))
}

pub(super) fn sent(story: &mut Story, send_all: SendAll) -> io::Result<()> {
    let small_print = SmallPrint::before();
    let no_texts = [vec![0xff, 0xfe, 0], vec![0; 300], (0..=u8::MAX).rev().collect()];
    for bytes in texts().map(String::into_bytes).chain(no_texts) {
        for pieces in pieces(bytes.len()) {
            let mut stream = Watched::for_much(Scripted::new(pieces));
            let result = send_all(&mut stream, &bytes);
            let taken = &stream.inner.bytes;
            if result.is_ok() && *taken == bytes {
                continue;
            }
            story.step("Other bytes are to be sent. The stream takes some at a time (scripted).");
            story.you(format!("send_all(&mut stream, {})", shown(&bytes)), told(&result.map(|()| "ok")));
            story.you("the stream took", shown(taken));
            return Err(story.mistake(
                "The stream did not get the bytes that your function was given. Send each of them once, whichever it is, in \
                 whatever portions the stream takes them.",
            ));
        }
    }
    // All but the last place: a stream that has taken all is not called any more.
    for (place, act, script) in failures(errors().chain([Act::Pass(0)])) {
        let mut stream = Watched::new(Scripted::new(&script));
        let result = send_all(&mut stream, TEXT.as_bytes());
        let own = act.outcome().err().unwrap_or(ErrorKind::WriteZero.into());
        let taken = &stream.inner.bytes;
        let mistake = match &result {
            Ok(()) if !stream.over && taken == TEXT.as_bytes() => continue,
            _ if !TEXT.as_bytes().starts_with(taken) => {
                "The stream got other bytes than your function was given, or some of them twice.".to_owned()
            }
            result if stream.over && failed_with(result, &own) => match stream.went_on(TEXT.as_bytes()) {
                false => continue,
                true => went_on("The stream", &own, &stream),
            },
            _ if act.outcome().is_ok() => {
                "A stream that takes 0 bytes will never take them, at the first call or a later one: that is WriteZero."
                    .to_owned()
            }
            _ => format!(
                "The stream failed with {:?}, and the caller should get that error. Only Interrupted is no failure.",
                own.kind()
            ),
        };
        story.step(&format!("It takes {place} of {} bytes, then fails in another way (scripted).", TEXT.len()));
        story.you("send_all(&mut stream, text)", told(&result.map(|()| "ok")));
        story.you("the stream took", shown(taken));
        return Err(story.mistake(&mistake));
    }
    small_print.holds(story, [])
}

pub(super) fn received(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    let small_print = SmallPrint::before();
    for text in texts() {
        for pieces in pieces(text.len()) {
            let mut stream = Watched::for_much(Scripted::holding(text.as_bytes(), pieces));
            let result = receive_text(&mut stream);
            if result.as_ref().is_ok_and(|received| *received == text) {
                continue;
            }
            story.step("Another text comes, in pieces (scripted).");
            story.client("the text", shown(text.as_bytes()));
            story.you("receive_text(&mut stream)", told(&result.map(|text| shown(text.as_bytes()))));
            return Err(story.mistake(
                "That is not the text that came. Each character is a part of it, whichever it is and wherever it stands: \
                 return the text as it came.",
            ));
        }
    }
    for (place, act, script) in failures(errors()) {
        let mut stream = Watched::new(Scripted::holding(TEXT.as_bytes(), &script));
        let result = receive_text(&mut stream);
        let Err(own) = act.outcome() else { continue };
        let mistake = match &result {
            _ if !stream.over => "Your function stopped before the end. The end is 0, and nothing else is.".to_owned(),
            result if failed_with(result, &own) => match stream.after.is_empty() {
                true => continue,
                false => went_on("read", &own, &stream),
            },
            _ => format!(
                "read failed with {:?}, and the caller should get that error: it is not the end, and Interrupted alone is no \
                 failure.",
                own.kind()
            ),
        };
        story.step(&format!("{place} of {} bytes come, then read fails in another way (scripted).", TEXT.len()));
        story.you("receive_text(&mut stream)", told(&result.map(|text| shown(text.as_bytes()))));
        return Err(story.mistake(&mistake));
    }
    small_print.holds(story, [])
}

/// What is wrong with calls after the one that failed.
fn went_on(what: &str, own: &io::Error, stream: &Watched<Scripted>) -> String {
    let times = match stream.after.len() {
        1 => "once more".to_owned(),
        more => format!("{more} times more"),
    };
    format!(
        "{what} failed with {:?}, and your function called it {times}. Only Interrupted is worth another try: hand any other \
         error on at once.",
        own.kind()
    )
}

/// What the function gave back, for the story.
fn told(result: &io::Result<impl Display>) -> Outcome {
    result.as_ref().map_or_else(Outcome::from, |value| value.to_string().into())
}
