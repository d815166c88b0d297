//! Drives `next_line`.

use std::io::{self, ErrorKind, Read};

use narrator::partner::shown;
use narrator::scripted::{Act, Scripted};
use narrator::small_print::SmallPrint;
use narrator::{Story, judge};

use super::{WHOLE, Watched, bad_lines, called, client_says, in_two, interrupted_often, scripted};
use crate::NextLine;

/// What the function gives back.
pub(super) type Given = io::Result<Option<String>>;

/// The longest line that most situations allow.
pub(super) const MOST: usize = 1000;

/// So many bytes: more than any buffer.
pub(super) const MUCH: usize = 400_000;

/// Lines behind one another, cut at every byte, empty, with odd ends, too long, endless, no text, ended and failed.
pub(crate) fn next_line(story: &mut Story, next_line: NextLine) -> io::Result<()> {
    two_lines(story, next_line)?;
    already_there(story, next_line)?;
    in_two_pieces(story, next_line)?;
    interrupted(story, next_line)?;
    odd_lines(story, next_line)?;
    bad_lines::the_longest_and_longer(story, next_line)?;
    bad_lines::no_end_in_sight(story, next_line)?;
    bad_lines::no_text(story, next_line)?;
    bad_lines::the_end_inside(story, next_line)?;
    bad_lines::an_error(story, next_line)?;
    a_long_line(story, next_line)
}

fn describe(given: &Option<String>) -> String {
    given.as_ref().map_or_else(|| "None".to_owned(), |line| format!("Some({})", shown(line.as_bytes())))
}

/// Calls the learner's function, and tells what it gave back.
pub(super) fn line(
    story: &mut Story,
    function: NextLine,
    stream: &mut dyn Read,
    pending: &mut Vec<u8>,
    most: usize,
) -> io::Result<Given> {
    called(story, &format!("next_line(stream, pending, {most})"), || function(stream, pending, most), describe)
}

/// What a call gave back that was not told yet. An error that is no mistake, where the function is not written.
pub(super) fn told(story: &mut Story, given: Given) -> Option<io::Error> {
    judge::told(story, "next_line(stream, pending, 1000)", given, describe).err()
}

/// Whether it is this line.
pub(super) fn is(given: &Given, line: &str) -> bool {
    matches!(given, Ok(Some(given)) if given == line)
}

/// What is wrong with a line that should be another.
pub(super) fn not_this(given: &Given, line: &str) -> &'static str {
    match given {
        Ok(Some(given)) if given.trim_end_matches(['\r', '\n']) == line && given.ends_with('\n') => {
            "The line end is not a part of the line: take the \"\\n\" off, and a \"\\r\" before it."
        }
        Ok(Some(given)) if given.strip_suffix('\r') == Some(line) => {
            "The \"\\r\" before a \"\\n\" is a part of the line end: it has to go, too."
        }
        Ok(Some(given)) if given.contains('\n') => "These are several lines in one: a line ends at its \"\\n\".",
        Ok(Some(given)) if given.contains(char::REPLACEMENT_CHARACTER) => {
            "A character was cut, and decoded all the same: decode a line when it is whole."
        }
        Ok(Some(given)) if !line.is_ascii() && given.chars().count() == line.len() => {
            "Each byte was taken for a character. In UTF-8 a character has up to four bytes."
        }
        Ok(Some(given)) if line.starts_with(given.as_str()) => {
            "That is only the beginning of the line: read on until its \"\\n\" has come."
        }
        Ok(Some(_)) => "That is not the line that came.",
        Ok(None) => "None is the end of the stream between two lines. Here a line was there.",
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            "The line is text, and no longer than is allowed. Look at it when it is whole, and at nothing else."
        }
        Err(_) => "A whole line came, and no error before its end: read on until its \"\\n\" has come, and no further.",
    }
}

fn two_lines(story: &mut Story, next_line: NextLine) -> io::Result<()> {
    story.step("A client sends two lines over a real connection, with both sorts of line ends.");
    let text = b"pay 100\r\npay 5\n";
    let mut stream = client_says(story, text)?;
    let mut pending = Vec::new();
    let first = line(story, next_line, &mut stream, &mut pending, MOST)?;
    if is(&first, "pay 5") {
        return Err(story.mistake("That is the second line. What came first comes out first."));
    }
    if !is(&first, "pay 100") {
        return Err(story.mistake(not_this(&first, "pay 100")));
    }
    if let Some(mistake) = kept(text, 9, &stream, &pending) {
        return Err(story.mistake(&mistake));
    }
    let second = line(story, next_line, &mut stream, &mut pending, MOST)?;
    let mistake = match &second {
        Ok(Some(_)) => not_this(&second, "pay 5"),
        _ => {
            "The second line had come behind the first, and was in `pending`: look there, from its beginning, before you read."
        }
    };
    if !is(&second, "pay 5") {
        return Err(story.mistake(mistake));
    }
    let third = line(story, next_line, &mut stream, &mut pending, MOST)?;
    let mistake = match &third {
        Ok(Some(line)) if line.is_empty() => "Nothing came any more: that is None. An empty line has a \"\\n\".",
        Ok(_) => "Both lines have been returned, and your function found one more.",
        Err(_) => "The client was done between two lines, and that is no failure: None.",
    };
    story.check(matches!(third, Ok(None)), "Each line by itself, and None at the end.", mistake)
}

/// Whether `pending` has what was read of the text behind the lines that were returned; otherwise the mistake.
fn kept<S>(text: &[u8], returned: usize, stream: &Watched<S>, pending: &[u8]) -> Option<String> {
    if stream.taken < returned {
        return Some("The line was returned before its \"\\n\" had come: a \"\\r\" alone is no line end.".to_owned());
    }
    let behind = &text[returned..stream.taken];
    (pending != behind).then(|| {
        format!(
            "The line is right. What was read behind it is {}, and has to stay in `pending` for the next call, as it is. `pending` \
             holds {}.",
            shown(behind),
            shown(pending)
        )
    })
}

fn already_there(story: &mut Story, next_line: NextLine) -> io::Result<()> {
    story.step("A whole line stands in `pending`, and a part of the next one. 6 bytes are allowed.");
    let mut pending = b"pay 5\npay".to_vec();
    // Behind these bytes the connection is quiet: a read would wait.
    let quiet = [Act::Fail(ErrorKind::WouldBlock)];
    let mut stream = Watched::new((&b" 8\npay 10\n"[..]).chain(Scripted::new(&quiet)));
    let counted = "6 bytes are allowed, and the line has 5. What stands behind its end belongs to the next line, and does not count.";
    let first = line(story, next_line, &mut stream, &mut pending, 6)?;
    let mistake = match &first {
        Err(error) if error.kind() == ErrorKind::InvalidData => counted,
        _ if stream.calls > 0 => {
            "The line was in `pending` already, and your function read: on a quiet connection it would wait, and the line with \
             it. Look into `pending` first."
        }
        _ => not_this(&first, "pay 5"),
    };
    if !is(&first, "pay 5") || stream.calls > 0 {
        return Err(story.mistake(mistake));
    }
    let mistake = format!("\"pay\" should still be in `pending`, and there is {}.", shown(&pending));
    story.check(pending == b"pay", "Nothing had to be read for that.", &mistake)?;
    let second = line(story, next_line, &mut stream, &mut pending, 6)?;
    let mistake = match &second {
        _ if stream.failed => {
            "The line had come, and your function read once more: on a quiet connection it would wait, and the line with it."
        }
        Err(error) if error.kind() == ErrorKind::InvalidData => counted,
        Ok(Some(line)) if line.starts_with(" 8") => {
            "The beginning of this line was in `pending`: what is read now belongs behind it."
        }
        _ => not_this(&second, "pay 8"),
    };
    let right = is(&second, "pay 8") && !stream.failed;
    story.check(right, "What came too early is the beginning of the next line.", mistake)
}

/// Two lines, with a character of three bytes at the beginning.
const LINES: &str = "消息 100\r\npay 5\r\n";

/// Reads both lines from a stream of them, and then its end. What the first call gave that was not right, and the mistake.
fn both<S: Read>(next_line: NextLine, mut stream: Watched<S>) -> Option<(Given, String)> {
    let (mut pending, mut returned) = (Vec::new(), 0);
    for expected in ["消息 100", "pay 5"] {
        let given = next_line(&mut stream, &mut pending, MOST);
        if !is(&given, expected) {
            let mistake = not_this(&given, expected).to_owned();
            return Some((given, mistake));
        }
        returned += expected.len() + 2;
        if let Some(mistake) = kept(LINES.as_bytes(), returned, &stream, &pending) {
            return Some((given, mistake));
        }
    }
    let given = next_line(&mut stream, &mut pending, MOST);
    let mistake = "Both lines have been returned, and the stream has ended: that is None.";
    (!matches!(given, Ok(None))).then(|| (given, mistake.to_owned()))
}

fn in_two_pieces(story: &mut Story, next_line: NextLine) -> io::Result<()> {
    story.step("Two lines come in two pieces, cut once at every byte, and a byte at a time (scripted).");
    let small_print = SmallPrint::before();
    for first in 1..LINES.len() {
        if let Some((given, mistake)) = both(next_line, in_two(LINES.as_bytes(), first)) {
            let in_a_character = !LINES.is_char_boundary(first) && judge::failed_with(&given, ErrorKind::InvalidData);
            let told = told(story, given);
            let mistake = match in_a_character {
                true => "It ends inside a character: decode the line when it is whole.",
                false => &mistake,
            };
            let mistake = format!("The first piece was {}. {mistake}", shown(&LINES.as_bytes()[..first]));
            return Err(told.unwrap_or_else(|| story.mistake(&mistake)));
        }
    }
    if let Some((given, mistake)) = both(next_line, scripted(LINES.as_bytes(), &[Act::Pass(1)])) {
        let told = told(story, given);
        return Err(told.unwrap_or_else(|| story.mistake(&format!("They came a byte at a time. {mistake}"))));
    }
    small_print.holds(story, [])?;
    story.meaning("Wherever they are cut, in a character or in a line end, both are whole.");
    Ok(())
}

fn interrupted(story: &mut Story, next_line: NextLine) -> io::Result<()> {
    story.step("Two lines come a byte at a time, and each read is interrupted a thousand times before (scripted).");
    let small_print = SmallPrint::before();
    let script = interrupted_often(LINES.len());
    if let Some((given, _)) = both(next_line, scripted(LINES.as_bytes(), &script)) {
        let mistake = match judge::kind(&given) {
            Some(ErrorKind::Interrupted) => {
                "Interrupted is no failure, however often it comes: the call gave nothing, and nothing is lost. Make it once \
                 more."
            }
            Some(ErrorKind::UnexpectedEof) => {
                "Your function took an interruption inside a line for the end. Only 0 is the end."
            }
            None if matches!(given, Ok(None)) => "Your function took an interruption for the end. Only 0 is the end.",
            _ => "An interrupted read gave nothing: keep what you had, and make it once more.",
        };
        let told = told(story, given);
        return Err(told.unwrap_or_else(|| story.mistake(mistake)));
    }
    small_print.holds(story, [])?;
    story.meaning("Nothing was lost.");
    Ok(())
}

/// What is wrong where an empty line is not returned.
const EMPTY: &str =
    "An empty line came, which is a line all the same: Some of no characters. None is the end of the stream.";

/// Odd lines, with their ends, and what is wrong where another one is returned.
const ODD: [(&str, &str, &str); 6] = [
    ("  a \t ", "\n", "Spaces are a part of the line, at its beginning and at its end, too."),
    ("a\rb\r", "\r\n", "One \"\\r\" belongs to the line end. Any other is a part of the line."),
    ("", "\n", EMPTY),
    ("", "\r\n", EMPTY),
    ("\0a\0", "\n", "A NUL (0) is a character like any other, and ends nothing."),
    ("\u{feff}a", "\n", "A byte order mark (U+FEFF) is a character like any other."),
];

fn odd_lines(story: &mut Story, next_line: NextLine) -> io::Result<()> {
    story.step("Odd lines: with spaces, a \"\\r\" inside, empty, with NUL, with a byte order mark (scripted).");
    let text: String = ODD.iter().flat_map(|(line, end, _)| [*line, *end]).collect();
    let (mut pending, mut stream) = (Vec::new(), scripted(text.as_bytes(), &WHOLE));
    for (expected, _, mistake) in ODD {
        let given = line(story, next_line, &mut stream, &mut pending, MOST)?;
        if !is(&given, expected) {
            let several = matches!(&given, Ok(Some(line)) if line.contains('\n'));
            return Err(story.mistake(if several { not_this(&given, expected) } else { mistake }));
        }
    }
    story.meaning("Each as it came.");
    Ok(())
}

/// Who searches the whole line again after each piece looks at 20,000,000,000 bytes here, in place of 400,000.
fn a_long_line(story: &mut Story, next_line: NextLine) -> io::Result<()> {
    story.step("A line of 400,000 bytes comes in 100,000 pieces (scripted).");
    story.if_it_hangs(
        "Perhaps your function looks for the line end from the beginning of the line again after each piece. Look only into \
         what is new.",
    );
    let mut text = vec![b'x'; MUCH];
    text.push(b'\n');
    let script = [Act::Pass(4)];
    let (mut pending, mut stream) = (Vec::new(), scripted(&text, &script));
    let given = line(story, next_line, &mut stream, &mut pending, 1_000_000)?;
    let mistake = match judge::kind(&given) {
        Some(ErrorKind::InvalidData) => {
            "The line has 400,000 bytes, and 1,000,000 are allowed: `most` is the only limit."
        }
        _ => not_this(&given, "x"),
    };
    let right = matches!(&given, Ok(Some(line)) if line.len() == MUCH);
    story.check(right, "However many pieces there are, each byte is looked at once.", mistake)
}
