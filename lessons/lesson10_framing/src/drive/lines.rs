//! Drives `next_line`.

use std::io::{self, ErrorKind, Read};

use narrator::partner::shown;
use narrator::scripted::Act;
use narrator::{Story, judge};

use super::{FAILURES, called, client_says, handed_on, in_two, interrupted_often, name_of, scripted};
use crate::NextLine;

/// What the function gives back.
type Given = io::Result<Option<String>>;

/// The longest line that most situations allow.
const MOST: usize = 1000;

/// All at once.
const WHOLE: [Act; 1] = [Act::Pass(usize::MAX)];

/// So many bytes: more than any buffer.
const MUCH: usize = 400_000;

/// Lines behind one another, cut at every byte, empty, with odd ends, too long, endless, no text, ended and failed.
pub(crate) fn next_line(story: &mut Story, next_line: NextLine) -> io::Result<()> {
    two_lines(story, next_line)?;
    already_there(story, next_line)?;
    in_two_pieces(story, next_line)?;
    a_byte_at_a_time(story, next_line)?;
    odd_lines(story, next_line)?;
    the_longest_and_longer(story, next_line)?;
    no_end_in_sight(story, next_line)?;
    no_text(story, next_line)?;
    the_end_inside(story, next_line)?;
    failures(story, next_line)?;
    a_long_line(story, next_line)
}

fn describe(given: &Option<String>) -> String {
    given.as_ref().map_or_else(|| "None".to_owned(), |line| format!("Some({})", shown(line.as_bytes())))
}

/// Calls the learner's function, and tells what it gave back.
fn line(
    story: &mut Story,
    function: NextLine,
    stream: &mut dyn Read,
    pending: &mut Vec<u8>,
    most: usize,
) -> io::Result<Given> {
    called(story, &format!("next_line(stream, pending, {most})"), || function(stream, pending, most), describe)
}

/// What a call gave back that was not told yet. An error that is no mistake, where the function is not written.
fn told(story: &mut Story, given: Given) -> Option<io::Error> {
    judge::told(story, "next_line(stream, pending, 1000)", given, describe).err()
}

/// Whether it is this line.
fn is(given: &Given, line: &str) -> bool {
    matches!(given, Ok(Some(given)) if given == line)
}

/// What is wrong with a line that should be another.
fn not_this(given: &Given, line: &str) -> &'static str {
    match given {
        Ok(Some(given)) if given.trim_end_matches(['\r', '\n']) == line && given.ends_with('\n') => {
            "The line end is not a part of the line: take the \"\\n\" off, and a \"\\r\" before it."
        }
        Ok(Some(given)) if given.strip_suffix('\r') == Some(line) => {
            "The \"\\r\" before a \"\\n\" is a part of the line end: it has to go, too."
        }
        Ok(Some(given)) if given.contains('\n') => "These are several lines in one: a line ends at its \"\\n\".",
        Ok(Some(given)) if line.starts_with(given.as_str()) => {
            "That is only the beginning of the line: read on until its \"\\n\" has come."
        }
        Ok(Some(_)) => "That is not the line that came.",
        Ok(None) => "None is the end of the stream between two lines. Here a line was there.",
        Err(error) if error.kind() == ErrorKind::Interrupted => {
            "Interrupted is no failure: the call gave nothing, and nothing is lost. Make it once more."
        }
        Err(_) => "Nothing failed here: a whole line was there.",
    }
}

fn two_lines(story: &mut Story, next_line: NextLine) -> io::Result<()> {
    story.step("A client sends two lines over a real connection, with both sorts of line ends.");
    let mut stream = client_says(story, b"pay 100\r\npay 5\n")?;
    let mut pending = Vec::new();
    let first = line(story, next_line, &mut stream, &mut pending, MOST)?;
    if !is(&first, "pay 100") {
        return Err(story.mistake(not_this(&first, "pay 100")));
    }
    let second = line(story, next_line, &mut stream, &mut pending, MOST)?;
    let mistake = match &second {
        Ok(Some(_)) => not_this(&second, "pay 5"),
        _ => {
            "The second line had come behind the first, in the same read, and is gone. What stands behind a line has to stay \
             in `pending`, for the next call."
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

fn already_there(story: &mut Story, next_line: NextLine) -> io::Result<()> {
    story.step("A whole line stands in `pending`, and a part of the next one.");
    let mut pending = b"pay 5\npay".to_vec();
    let mut stream = scripted(b" 8\n", &WHOLE);
    let first = line(story, next_line, &mut stream, &mut pending, MOST)?;
    if !is(&first, "pay 5") {
        return Err(story.mistake(not_this(&first, "pay 5")));
    }
    if stream.calls > 0 {
        return Err(story.mistake(
            "The line was there already, and your function read all the same. On a quiet connection it would wait, and the \
             line with it: look into `pending` first.",
        ));
    }
    let mistake = format!("\"pay\" should still be in `pending`, and there is {}.", shown(&pending));
    story.check(pending == b"pay", "Nothing had to be read for that.", &mistake)?;
    let second = line(story, next_line, &mut stream, &mut pending, MOST)?;
    let mistake = match &second {
        Ok(Some(line)) if line == " 8" => {
            "The beginning of this line was in `pending`: what is read now belongs behind it."
        }
        _ => not_this(&second, "pay 8"),
    };
    story.check(is(&second, "pay 8"), "What came too early is the beginning of the next line.", mistake)
}

/// Reads both lines, each with what should be in `pending` after it.
fn both(next_line: NextLine, bytes: &[u8], script: &[Act], lines: [&str; 2]) -> Option<(Given, String)> {
    let (mut pending, mut stream) = (Vec::new(), scripted(bytes, script));
    for expected in lines {
        let given = next_line(&mut stream, &mut pending, MOST);
        if !is(&given, expected) {
            let mistake = not_this(&given, expected).to_owned();
            return Some((given, mistake));
        }
        // Whatever was read is either returned or kept.
        let left = [&pending[..], stream.inner.unread()].concat();
        if !bytes.ends_with(&left) || left.len() != rest(bytes, expected) {
            return Some((given, "What stands behind the line has to stay, all of it and in its order.".to_owned()));
        }
    }
    None
}

/// How many bytes stand behind a line and its end.
fn rest(bytes: &[u8], line: &str) -> usize {
    let at = bytes
        .windows(line.len() + 1)
        .position(|window| window.starts_with(line.as_bytes()) && b"\r\n".contains(&window[line.len()]));
    let behind = at.map_or(bytes, |at| &bytes[at + line.len()..]);
    behind.strip_prefix(b"\r\n").or_else(|| behind.strip_prefix(b"\n")).map_or(usize::MAX, <[u8]>::len)
}

fn in_two_pieces(story: &mut Story, next_line: NextLine) -> io::Result<()> {
    story.step("Two lines come in two pieces, cut once at every byte (scripted).");
    let text = "消息 100\r\npay 5\r\n";
    for first in 1..text.len() {
        if let Some((given, mistake)) = both(next_line, text.as_bytes(), &in_two(first), ["消息 100", "pay 5"]) {
            let told = told(story, given);
            let mistake = format!("The first piece was {}. {mistake}", shown(&text.as_bytes()[..first]));
            return Err(told.unwrap_or_else(|| story.mistake(&mistake)));
        }
    }
    story.meaning("Wherever they are cut, in a character or in a line end, both are whole.");
    Ok(())
}

fn a_byte_at_a_time(story: &mut Story, next_line: NextLine) -> io::Result<()> {
    story.step("The same a byte at a time, and each read is interrupted twice before (scripted).");
    let text = "消息 100\r\npay 5\r\n";
    let script = interrupted_often(text.len());
    if let Some((given, mistake)) = both(next_line, text.as_bytes(), &script, ["消息 100", "pay 5"]) {
        let told = told(story, given);
        return Err(told.unwrap_or_else(|| story.mistake(&mistake)));
    }
    story.meaning("Nothing was lost.");
    Ok(())
}

fn odd_lines(story: &mut Story, next_line: NextLine) -> io::Result<()> {
    story.step("Odd lines: empty ones, a \"\\r\" inside, spaces and NUL, a byte order mark (scripted).");
    let lines =
        [("", "\n"), ("", "\r\n"), ("a\rb\r", "\r\n"), ("  a \t ", "\n"), ("\0a\0", "\n"), ("\u{feff}a\u{85}b", "\n")];
    let text: String = lines.iter().flat_map(|(line, end)| [*line, *end]).collect();
    let (mut pending, mut stream) = (Vec::new(), scripted(text.as_bytes(), &WHOLE));
    for (expected, _) in lines {
        let given = line(story, next_line, &mut stream, &mut pending, MOST)?;
        let mistake = match &given {
            Ok(None) => "Here came a line, an empty one. None is the end of the stream.",
            Ok(Some(line)) if expected.starts_with(line.as_str()) && expected.ends_with('\r') => {
                "One \"\\r\" belongs to the line end. Any other is a part of the line."
            }
            Ok(Some(line)) if line == expected.trim() || line == expected.trim_matches(['\0', ' ']) => {
                "Whatever stands before the line end is a part of the line, at its beginning and at its end, too."
            }
            _ => "A line ends at its \"\\n\", and everything before it is as it came.",
        };
        if !is(&given, expected) {
            return Err(story.mistake(mistake));
        }
    }
    story.meaning("Each as it came.");
    Ok(())
}

fn the_longest_and_longer(story: &mut Story, next_line: NextLine) -> io::Result<()> {
    story.step("At most 7 bytes are allowed: two lines of 7 come, then one of 8 (scripted).");
    let text = b"pay 100\npay 200\r\npay 1000\n";
    // The "\r" comes with the line, its "\n" in the next piece.
    let script = [Act::Pass(8), Act::Pass(8), Act::Pass(1), Act::Pass(64)];
    let (mut pending, mut stream) = (Vec::new(), scripted(text, &script));
    for expected in ["pay 100", "pay 200"] {
        let given = line(story, next_line, &mut stream, &mut pending, 7)?;
        if !is(&given, expected) {
            let mistake = match &given {
                Err(error) if error.kind() == ErrorKind::InvalidData => {
                    "7 bytes are allowed, and the line end is not counted: not the \"\\n\", and not the \"\\r\" before it, which \
                     may come alone."
                }
                _ => not_this(&given, expected),
            };
            return Err(story.mistake(mistake));
        }
    }
    let given = line(story, next_line, &mut stream, &mut pending, 7)?;
    let mistake = match &given {
        Ok(_) => "This line has 8 bytes, and 7 are allowed: that is InvalidData, also where its end has come already.",
        Err(_) => "This error does not say what happened. For a line of more than `most` bytes it is InvalidData.",
    };
    story.check(
        judge::failed_with(&given, ErrorKind::InvalidData),
        "8 bytes are too many, 7 and a line end are not.",
        mistake,
    )
}

fn no_end_in_sight(story: &mut Story, next_line: NextLine) -> io::Result<()> {
    story.step("A stranger sends 400,000 bytes, and no line end (scripted).");
    let script = [Act::Pass(100)];
    let (mut pending, mut stream) = (Vec::new(), scripted(&vec![b'x'; MUCH], &script));
    let given = line(story, next_line, &mut stream, &mut pending, MOST)?;
    let mistake = match &given {
        Ok(_) => "No line end came, and your function returned something else than an error.",
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
            "Your function read all 400,000 bytes, and waited for the end of a line that was too long already after 1001."
        }
        Err(_) => "This error does not say what happened. For a line of more than `most` bytes it is InvalidData.",
    };
    if !judge::failed_with(&given, ErrorKind::InvalidData) {
        return Err(story.mistake(mistake));
    }
    let mistake = "Your function refused the line, but only after it had kept hundreds of thousands of bytes of it. It is too \
                   long as soon as more than 1000 are there, and its end may never come.";
    story.check(stream.inner.unread().len() > MUCH / 2, "Refused without waiting for its end.", mistake)
}

fn no_text(story: &mut Story, next_line: NextLine) -> io::Result<()> {
    story.step("A client writes a line in GBK, an older encoding than UTF-8 (scripted).");
    let (mut pending, mut stream) = (Vec::new(), scripted(b"\xcf\xfb\xcf\xa2\n", &WHOLE));
    let given = line(story, next_line, &mut stream, &mut pending, MOST)?;
    let mistake = match &given {
        Ok(Some(line)) if line.contains(char::REPLACEMENT_CHARACTER) => {
            "Lossy decoding put a sign of its own where bytes make no character. Say InvalidData instead."
        }
        Ok(_) => "These bytes are no UTF-8, and nothing tells the caller. Say InvalidData.",
        Err(_) => "This error does not say what happened. For bytes that are no UTF-8 it is InvalidData.",
    };
    story.check(judge::failed_with(&given, ErrorKind::InvalidData), "The caller learns that this is no text.", mistake)
}

fn the_end_inside(story: &mut Story, next_line: NextLine) -> io::Result<()> {
    story.step("The stream ends inside a line, once after every byte of it (scripted).");
    let text = "消息 5\r";
    for end in 0..=text.len() {
        // A part of it has been there from the last call.
        for early in [0, end] {
            let mut pending = text.as_bytes()[..early].to_vec();
            let mut stream = scripted(&text.as_bytes()[early..end], &WHOLE);
            let given = next_line(&mut stream, &mut pending, MOST);
            let right =
                if end == 0 { matches!(given, Ok(None)) } else { judge::failed_with(&given, ErrorKind::UnexpectedEof) };
            if right {
                continue;
            }
            let mistake = match &given {
                _ if stream.is_stuck() => {
                    "The stream has ended, and your function read on, thousands of times: 0 is the end."
                }
                Ok(Some(_)) if end > 0 => {
                    "That is a part of a line, and nothing tells the caller: its \"\\n\" never came. That is UnexpectedEof."
                }
                Ok(None) => {
                    "A line had begun, and its end never came. That is UnexpectedEof; None is for an end between two."
                }
                _ if end == 0 => "No line had begun: an end there is no failure, and no line either. It is None.",
                _ => "This error does not say what happened. For an end inside a line it is UnexpectedEof.",
            };
            let told = told(story, given);
            return Err(told.unwrap_or_else(|| story.mistake(mistake)));
        }
    }
    story.meaning("A part of a line is never taken for a line, and never for a good end.");
    Ok(())
}

fn failures(story: &mut Story, next_line: NextLine) -> io::Result<()> {
    story.step("The stream fails with each of ten errors, before a line and inside one (scripted).");
    for failure in FAILURES {
        for before in [0, 3] {
            let script = [Act::Pass(before), failure];
            let script = if before == 0 { &script[1..] } else { &script };
            let (mut pending, mut stream) = (Vec::new(), scripted(b"pay 100\n", script));
            let given = next_line(&mut stream, &mut pending, MOST);
            let mistake = match &given {
                given if handed_on(given, failure) && stream.after == 0 => continue,
                _ if stream.after > 0 => format!(
                    "read failed with {}, and your function read on: only Interrupted is worth another try.",
                    name_of(failure)
                ),
                Ok(_) => format!(
                    "read failed with {}, and nothing tells the caller: that is not the end of the stream, nor of a line.",
                    name_of(failure)
                ),
                Err(_) => format!("read failed with {}: hand that error on as it is.", name_of(failure)),
            };
            let told = told(story, given);
            return Err(told.unwrap_or_else(|| story.mistake(&mistake)));
        }
    }
    story.meaning("Each of them came back to the caller as it was.");
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
    let right = matches!(&given, Ok(Some(line)) if line.len() == MUCH);
    story.check(right, "However many pieces there are, each byte is looked at once.", not_this(&given, "x"))
}
