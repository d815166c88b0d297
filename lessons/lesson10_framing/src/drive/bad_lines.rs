//! Drives `next_line` where a line is too long, no text, cut, or not to be had at all.

use std::io::{self, ErrorKind, Read};

use narrator::scripted::Act;
use narrator::small_print::SmallPrint;
use narrator::{Story, judge};

use super::lines::{MOST, MUCH, is, line, not_this, told};
use super::{WHOLE, failures, scripted};
use crate::NextLine;

pub(super) fn the_longest_and_longer(story: &mut Story, next_line: NextLine) -> io::Result<()> {
    story.step("At most 7 bytes are allowed: two lines of 7 come, then two of 8 (scripted).");
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
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                    "The stream has not ended. Did your function read into a buffer without room? That gives 0, too."
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
    if !judge::failed_with(&given, ErrorKind::InvalidData) {
        return Err(story.mistake(mistake));
    }
    let given = line(story, next_line, &mut scripted("消息 8\n".as_bytes(), &WHOLE), &mut Vec::new(), 7)?;
    let mistake = "These are 8 bytes, and 4 characters. 7 bytes are allowed: that is InvalidData.";
    let right = judge::failed_with(&given, ErrorKind::InvalidData);
    story.check(right, "8 bytes are too many, 7 and a line end are not.", mistake)
}

pub(super) fn no_end_in_sight(story: &mut Story, next_line: NextLine) -> io::Result<()> {
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
    let mistake = format!(
        "Your function refused the line, but only after it had read {} bytes of it. It is too long as soon as more than 1000 \
         are there, and its end may never come.",
        stream.taken
    );
    if stream.taken > 10_000 {
        return Err(story.mistake(&mistake));
    }
    // What came behind a line may be too long already, and the connection is quiet.
    let mut quiet = scripted(b"", &[Act::Fail(ErrorKind::WouldBlock)]);
    let given = next_line(&mut quiet, &mut vec![b'x'; 2 * MOST], MOST);
    if !judge::failed_with(&given, ErrorKind::InvalidData) {
        let told = told(story, given);
        let mistake =
            "2000 bytes without a line end were in `pending`. That is too long already: nothing has to be read for it.";
        return Err(told.unwrap_or_else(|| story.mistake(mistake)));
    }
    let given = next_line(&mut scripted(b"", &WHOLE), &mut b"pay 5\n".to_vec(), MOST);
    if !is(&given, "pay 5") {
        let told = told(story, given);
        let mistake =
            "\"pay 5\" stands in another `pending`, and belongs to another stream: keep nothing of the one before.";
        return Err(told.unwrap_or_else(|| story.mistake(mistake)));
    }
    story.meaning("Refused without waiting for its end.");
    Ok(())
}

pub(super) fn no_text(story: &mut Story, next_line: NextLine) -> io::Result<()> {
    story.step("A line, and behind it one in GBK, an older encoding than UTF-8 (scripted).");
    let (mut pending, mut stream) = (Vec::new(), scripted(b"pay 5\n\xcf\xfb\xcf\xa2\n", &WHOLE));
    let given = line(story, next_line, &mut stream, &mut pending, MOST)?;
    if !is(&given, "pay 5") {
        return Err(
            story.mistake("This line is text. What stands behind its end is not a part of it: decode the line alone.")
        );
    }
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

pub(super) fn the_end_inside(story: &mut Story, next_line: NextLine) -> io::Result<()> {
    story.step("The stream ends inside a line, once after every byte of it (scripted).");
    let text = "pay 消\r";
    let small_print = SmallPrint::before();
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
    small_print.holds(story, [])?;
    story.meaning("A part of a line is never taken for a line, and never for a good end.");
    Ok(())
}

pub(super) fn an_error(story: &mut Story, next_line: NextLine) -> io::Result<()> {
    story.step("The stream fails with each of eleven errors, before a line and inside one (scripted).");
    let small_print = SmallPrint::before();
    let call = |stream: &mut dyn Read| next_line(stream, &mut Vec::new(), MOST);
    if let Some((given, mistake)) = failures(b"pay 100\n", &[0, 3], call, |given| is(given, "pay 100")) {
        let told = told(story, given);
        return Err(told.unwrap_or_else(|| story.mistake(&mistake)));
    }
    small_print.holds(story, [])?;
    story.meaning("Each of them came back to the caller as it was.");
    Ok(())
}
