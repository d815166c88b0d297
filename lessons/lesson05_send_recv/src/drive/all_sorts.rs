//! All sorts of texts, in all sorts of pieces; and all sorts of errors, at each place in a text. Both functions go through
//! them, and of what went well nothing is told.

use std::io::{self, ErrorKind};

use narrator::partner::shown;
use narrator::scripted::{Act, Scripted};
use narrator::small_print::SmallPrint;
use narrator::{Story, errors, judge};

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

/// What is no UTF-8: bytes of none, cut characters, too long ones, surrogates, a mark and text of UTF-16, and more.
const NO_TEXTS: [&[u8]; 14] = [
    b"\xff",
    b"\x80",
    b"a\xe9",
    b"a\n\xf0\x9f\xa6",
    b"\xef\xbb",
    b"\xef\xbb\xbf\xc3",
    b"\xc0\x80",
    b"\xe0\x80\xaf",
    b"\xed\xa0\xbd\xed\xb8\x80",
    b"\xf4\x90\x80\x80",
    b"\xff\xfea\0b\0",
    b"\xfe\xff\0a\0b",
    b"\xef\xbf\xbd\xff",
    b"a\0\xfe\0\r\n",
];

/// How many bytes a stream lets pass at a call, and where it is interrupted.
const PIECES: [&[Act]; 6] = [
    &[Act::Pass(1)],
    &[Act::Pass(usize::MAX)],
    &[INTERRUPTED, Act::Pass(7)],
    &[Act::Pass(1), Act::Pass(1), Act::Pass(4), INTERRUPTED, INTERRUPTED, Act::Pass(1000)],
    &[Act::Pass(3), INTERRUPTED, Act::Pass(1), INTERRUPTED, Act::Pass(1), INTERRUPTED, INTERRUPTED, Act::Pass(2)],
    &[Act::Pass(5), Act::Pass(1), INTERRUPTED, Act::Pass(4000)],
];

const INTERRUPTED: Act = Act::Fail(ErrorKind::Interrupted);

/// The texts, and some about as long as buffers are.
fn texts() -> impl Iterator<Item = String> {
    let long = |length| format!("\u{6d88}{}", "0123456789\r\n".repeat(length))[..length].to_owned();
    [TEXT].into_iter().chain(TEXTS).map(str::to_owned).chain([1024, 8192, 65_536, 65_537].map(long))
}

/// How the stream deals with a text: with a long one in two ways only; and the first one is also interrupted more often
/// than anybody counts.
fn scripts(text: &[u8]) -> impl Iterator<Item = Vec<Act>> {
    let often = (text == TEXT.as_bytes()).then(|| [&[INTERRUPTED; 70_000][..], &[Act::Pass(7)]].concat());
    let ways = if text.len() > 300 { 2 } else { PIECES.len() };
    PIECES.into_iter().take(ways).map(<[Act]>::to_vec).chain(often)
}

/// More than any limit that somebody would set; but whoever takes it in small pieces sees the end, or an error, after some.
const VAST: usize = 17_000_000;

/// The script for that: so many calls, and then this.
fn vast(last: Act) -> Vec<Act> {
    [&[Act::Pass(VAST); 20_000][..], &[last]].concat()
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
        for script in scripts(&bytes) {
            let mut stream = Watched::for_much(Scripted::new(&script));
            let result = send_all(&mut stream, &bytes);
            let taken = &stream.inner.bytes;
            if result.is_ok() && *taken == bytes {
                continue;
            }
            story.step("Other bytes are to be sent. The stream takes some at a time (scripted).");
            let mistake = failed_in_vain(&result, &stream);
            story.you(format!("send_all(&mut stream, {})", shown(&bytes)), result.map(|()| "ok".to_owned()));
            story.you("the stream took", shown(taken));
            let other = "The stream did not get the bytes that your function was given. Send each of them once, whichever \
                         it is, in whatever portions the stream takes them.";
            return Err(story.mistake(&mistake.unwrap_or(other.to_owned())));
        }
    }
    let (bytes, script) = (vec![b'.'; VAST], vast(Act::FailAs(NO_KIND)));
    let mut stream = Watched::for_much(Scripted::new(&script));
    let result = send_all(&mut stream, &bytes);
    if stream.inner.bytes.len() < VAST && !stream.over || result.is_ok() == stream.over {
        story.step("There is much more to send.");
        story.you(format!("send_all(&mut stream, {})", shown(&bytes)), result.map(|()| "ok".to_owned()));
        story.you("the stream took", shown(&stream.inner.bytes));
        return Err(story.mistake("The stream did not get all bytes that your function was given: there is no limit."));
    }
    // At the last place no error comes: a stream that has taken all is not called any more.
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
        story.you("send_all(&mut stream, text)", result.map(|()| "ok".to_owned()));
        story.you("the stream took", shown(taken));
        return Err(story.mistake(&mistake));
    }
    small_print.holds(story, [])
}

pub(super) fn received(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    let small_print = SmallPrint::before();
    for text in texts() {
        for script in scripts(text.as_bytes()) {
            let mut stream = Watched::for_much(Scripted::holding(text.as_bytes(), &script));
            let result = receive_text(&mut stream);
            if result.as_ref().is_ok_and(|received| *received == text) {
                continue;
            }
            story.step("Another text comes, in pieces (scripted).");
            story.client("the text", shown(text.as_bytes()));
            let mistake = failed_in_vain(&result, &stream);
            let other = "That is not the text that came. Each character is a part of it, whichever it is and wherever it \
                         stands: return the text as it came.";
            story.you("receive_text(&mut stream)", result.map(|text| shown(text.as_bytes())));
            return Err(story.mistake(&mistake.unwrap_or(other.to_owned())));
        }
    }
    let (bytes, script) = (vec![b'.'; VAST], vast(Act::Pass(0)));
    let mut stream = Watched::for_much(Scripted::holding(&bytes, &script));
    let result = receive_text(&mut stream);
    let given = VAST - stream.inner.unread().len();
    let to_the_end = given == VAST || stream.calls >= script.len();
    if !to_the_end || !result.as_ref().is_ok_and(|text| *text.as_bytes() == bytes[..given]) {
        story.step("A much longer text comes.");
        story.client("the text", shown(&bytes));
        story.you("receive_text(&mut stream)", result.map(|text| shown(text.as_bytes())));
        return Err(story.mistake("That is not all of the text: there is no limit to its length."));
    }
    for (bytes, script) in NO_TEXTS.iter().flat_map(|bytes| PIECES.map(|script| (bytes, script))) {
        let result = receive_text(&mut Watched::new(Scripted::holding(bytes, script)));
        if !judge::failed_with(&result, ErrorKind::InvalidData) {
            story.step("Other bytes come that are no UTF-8 (scripted).");
            story.client("the bytes", shown(bytes));
            story.you("receive_text(&mut stream)", result.map(|text| shown(text.as_bytes())));
            return Err(story.mistake(
                "Bytes came that are no UTF-8, and your function does not say so. Whatever else they may be, that is \
                 InvalidData.",
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
        story.you("receive_text(&mut stream)", result.map(|text| shown(text.as_bytes())));
        return Err(story.mistake(&mistake));
    }
    small_print.holds(story, [])
}

/// What is wrong with calls that have no end, and with an error where no call failed, or some were only interrupted.
fn failed_in_vain<T>(result: &io::Result<T>, stream: &Watched<Scripted>) -> Option<String> {
    if stream.is_stuck() {
        return Some("Your function made far more calls than there are bytes, and would go on for ever.".to_owned());
    }
    match result.as_ref().err()?.kind() {
        ErrorKind::Interrupted => Some(
            "Your function gave up after some interruptions. However many there are, each one is no failure: make the call \
             once more."
                .to_owned(),
        ),
        kind => Some(format!("No call failed here, and your function says {kind:?}.")),
    }
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
