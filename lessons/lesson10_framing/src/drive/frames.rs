//! Drives `read_frame`.

use std::fs;
use std::io::{self, ErrorKind, Read};

use narrator::partner::shown;
use narrator::scripted::Act;
use narrator::{Story, judge};

use super::{FAILURES, Watched, called, client_says, handed_on, in_two, interrupted_often, name_of, scripted};
use crate::ReadFrame;

/// What the function gives back.
type Given = io::Result<Option<Vec<u8>>>;

/// The longest frame that most situations allow.
const MOST: usize = 1000;

/// All at once.
const WHOLE: [Act; 1] = [Act::Pass(usize::MAX)];

/// Frames behind one another, cut at every byte, empty, too long, ended and failed at every byte.
pub(crate) fn read_frame(story: &mut Story, read_frame: ReadFrame) -> io::Result<()> {
    two_frames(story, read_frame)?;
    byte_order(story, read_frame)?;
    in_two_pieces(story, read_frame)?;
    a_byte_at_a_time(story, read_frame)?;
    an_empty_frame(story, read_frame)?;
    every_byte_there_is(story, read_frame)?;
    the_longest_and_longer(story, read_frame)?;
    a_length_that_lies(story, read_frame)?;
    the_end_inside(story, read_frame)?;
    failures(story, read_frame)
}

/// A message with its length in front.
fn frame(message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).expect("a short message").to_be_bytes();
    [&length[..], message].concat()
}

fn describe(given: &Option<Vec<u8>>) -> String {
    given.as_ref().map_or_else(|| "None".to_owned(), |message| format!("Some({})", shown(message)))
}

/// Calls the learner's function, and tells what it gave back.
fn read(story: &mut Story, function: ReadFrame, stream: &mut dyn Read, most: usize) -> io::Result<Given> {
    called(story, &format!("read_frame(stream, {most})"), || function(stream, most), describe)
}

/// Whether it is this message.
fn is(given: &Given, message: &[u8]) -> bool {
    matches!(given, Ok(Some(given)) if given == message)
}

fn two_frames(story: &mut Story, read_frame: ReadFrame) -> io::Result<()> {
    story.step("A client sends two frames over a real connection, and is done sending.");
    let mut stream = client_says(story, &[frame(b"pay 100"), frame(b"pay 5")].concat())?;
    let first = read(story, read_frame, &mut stream, MOST)?;
    let mistake = match &first {
        Ok(None) => "None says that the stream ended before a length began. Here two frames were there.",
        Ok(Some(message)) if message.starts_with(&[0, 0, 0, 7]) => {
            "The length is not a part of the message: return only what stands behind it."
        }
        Ok(Some(message)) if message.len() > 7 => "These are more bytes than the 7 that the length says.",
        Ok(Some(_)) => "That is not the message: it is the 7 bytes behind the length.",
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            "The first four bytes are 0, 0, 0, 7, and your function took that for too much. The largest part comes first: \
             u32::from_be_bytes."
        }
        Err(_) => "Nothing failed here: two whole frames were there.",
    };
    if !is(&first, b"pay 100") {
        return Err(story.mistake(mistake));
    }
    let second = read(story, read_frame, &mut stream, MOST)?;
    let mistake = "The first call was right, and the second one is not: did the first one take more from the stream than its \
                   own frame? What is behind it belongs to the next call.";
    if !is(&second, b"pay 5") {
        return Err(story.mistake(mistake));
    }
    let third = read(story, read_frame, &mut stream, MOST)?;
    let mistake = match &third {
        Ok(Some(message)) if message.is_empty() => {
            "Nothing came any more: that is None. An empty message has a length, 0."
        }
        Ok(_) => "Nothing came any more: that is None.",
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
            "The client was done between two frames, and that is no failure: None. read_exact says UnexpectedEof here as well \
             as inside a frame. Read the first byte by itself: there, 0 is the end."
        }
        Err(_) => "The client was done between two frames, and that is no failure: None.",
    };
    story.check(matches!(third, Ok(None)), "Each frame by itself, and None at the end.", mistake)
}

fn byte_order(story: &mut Story, read_frame: ReadFrame) -> io::Result<()> {
    story.step("A message of 258 bytes, so that the length is 0, 0, 1, 2 (scripted).");
    let message = vec![b'.'; 258];
    let mut stream = scripted(&frame(&message), &WHOLE);
    let given = read(story, read_frame, &mut stream, MOST)?;
    let mistake = match &given {
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            "Your function took 0, 0, 1, 2 for more than 1000. Big-endian, these are 258: the largest part comes first."
        }
        Ok(Some(message)) if message.len() < 256 => {
            "All four bytes are the length, not the last one alone: 0, 0, 1, 2 are 258 (u32::from_be_bytes)."
        }
        _ => "The length says 258, and so many bytes stand behind it.",
    };
    story.check(is(&given, &message), "258 bytes: the largest part of the number comes first.", mistake)
}

fn in_two_pieces(story: &mut Story, read_frame: ReadFrame) -> io::Result<()> {
    story.step("A frame comes in two pieces, cut once at every byte (scripted).");
    let bytes = frame(b"pay 100");
    for first in 1..bytes.len() {
        let script = in_two(first);
        let mut stream = scripted(&bytes, &script);
        let given = read_frame(&mut stream, MOST);
        if !is(&given, b"pay 100") {
            let told = told(story, given);
            let mistake = match first {
                1..4 => format!(
                    "Only {first} of the 4 bytes of the length came at first. That is no failure and no end: the others are \
                     on their way."
                ),
                4 => "The length came alone, and the message behind it in a piece of its own: read on.".to_owned(),
                _ => format!(
                    "Only {} of the 7 bytes of the message came at first. One read may bring fewer than you ask for: read on \
                     until all are there.",
                    first - 4
                ),
            };
            return Err(told.unwrap_or_else(|| story.mistake(&mistake)));
        }
    }
    story.meaning("Wherever it is cut, the message is whole.");
    Ok(())
}

/// What a call gave back that was not told yet. An error that is no mistake, where the function is not written.
fn told(story: &mut Story, given: Given) -> Option<io::Error> {
    judge::told(story, "read_frame(stream, 1000)", given, describe).err()
}

fn a_byte_at_a_time(story: &mut Story, read_frame: ReadFrame) -> io::Result<()> {
    story.step("A frame comes a byte at a time, and each read is interrupted twice before (scripted).");
    let bytes = frame(b"pay 100");
    let script = interrupted_often(bytes.len());
    let mut stream = scripted(&bytes, &script);
    let given = read(story, read_frame, &mut stream, MOST)?;
    let mistake = match &given {
        Err(error) if error.kind() == ErrorKind::Interrupted => {
            "Interrupted is no failure: the call gave nothing, and nothing is lost. Make it once more. (read_exact does.)"
        }
        Ok(None) => "Your function took an interruption for the end. Only 0 is the end.",
        _ => "An interrupted read gave nothing: keep what you had, and make it once more.",
    };
    if !is(&given, b"pay 100") {
        return Err(story.mistake(mistake));
    }
    let given = read(story, read_frame, &mut stream, MOST)?;
    let mistake = "The read that is interrupted here is the one that finds the end. Make it once more, too.";
    story.check(matches!(given, Ok(None)), "Nothing was lost.", mistake)
}

fn an_empty_frame(story: &mut Story, read_frame: ReadFrame) -> io::Result<()> {
    story.step("An empty message, its length is 0, and another behind it (scripted).");
    let mut stream = scripted(&[frame(b""), frame(b"pay 5")].concat(), &WHOLE);
    let given = read(story, read_frame, &mut stream, 5)?;
    let mistake = match &given {
        Ok(None) => "None is the end of the stream. Here came a message, an empty one: Some of no bytes.",
        Err(_) => "A message of no bytes is a message: Some of an empty Vec.",
        Ok(Some(_)) => "The length says 0: then no byte belongs to this message.",
    };
    if !is(&given, b"") {
        return Err(story.mistake(mistake));
    }
    let given = read(story, read_frame, &mut stream, 5)?;
    story.check(is(&given, b"pay 5"), "An empty message is a message.", "The next frame is not there any more.")
}

fn every_byte_there_is(story: &mut Story, read_frame: ReadFrame) -> io::Result<()> {
    story.step("A message of 70,000 bytes, of every value from 0 to 255 (scripted).");
    let message: Vec<u8> = (0..70_000).map(|number: u32| number.to_le_bytes()[0]).collect();
    let script = [Act::Pass(4096)];
    let mut stream = scripted(&frame(&message), &script);
    let given = read(story, read_frame, &mut stream, 100_000)?;
    let mistake = match &given {
        Ok(Some(given)) if given.len() < message.len() && message.starts_with(given) => {
            "That is only the beginning: read until as many bytes are there as the length says."
        }
        Ok(Some(_)) => "These are not the bytes that came: a message may have any byte, also 0 and what is no text.",
        _ => "70,000 bytes are allowed here, and all of them were there.",
    };
    story.check(is(&given, &message), "A frame does not care what is in it.", mistake)
}

fn the_longest_and_longer(story: &mut Story, read_frame: ReadFrame) -> io::Result<()> {
    story.step("At most 7 bytes are allowed: a message of 7 comes, then one of 8 (scripted).");
    let mut stream = scripted(&[frame(b"pay 100"), frame(b"pay 1000")].concat(), &WHOLE);
    let given = read(story, read_frame, &mut stream, 7)?;
    if !is(&given, b"pay 100") {
        return Err(
            story.mistake("7 bytes are allowed: \"more than most\" begins at 8, and the length itself is not counted.")
        );
    }
    let given = read(story, read_frame, &mut stream, 7)?;
    let mistake = match &given {
        Ok(_) => "8 is more than 7: that is InvalidData.",
        Err(_) => "This error does not say what happened. For a length of more than `most` it is InvalidData.",
    };
    if !judge::failed_with(&given, ErrorKind::InvalidData) {
        return Err(story.mistake(mistake));
    }
    let mistake = "Your function refused the message, but it had read some of it before. The length alone says that it is too \
                   long: nothing behind it has to be read.";
    story.check(stream.inner.unread().len() == 8, "Refused as soon as the length is known.", mistake)
}

fn a_length_that_lies(story: &mut Story, read_frame: ReadFrame) -> io::Result<()> {
    story.step("A stranger's length: 255, 255, 255, 255, and nothing behind it (scripted).");
    let mut stream = scripted(&[0xff; 4], &WHOLE);
    let before = most_memory();
    let given = read(story, read_frame, &mut stream, MOST)?;
    let mistake = match &given {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
            "Your function wanted to read 4,294,967,295 bytes. Compare the length with `most` before you do anything else."
        }
        Err(_) => "This error does not say what happened. For a length of more than `most` it is InvalidData.",
        Ok(_) => "The length says 4,294,967,295, and 1000 are allowed: that is InvalidData.",
    };
    if !judge::failed_with(&given, ErrorKind::InvalidData) {
        return Err(story.mistake(mistake));
    }
    let grown = most_memory().saturating_sub(before);
    let mistake = "Your function refused the length, but only after it had made room for 4 GiB. A stranger needs four bytes for \
                   that: compare first.";
    story.check(grown < 1 << 30, "Refused before any room was made.", mistake)
}

/// The most memory that this process has ever had addresses for, in bytes (VmPeak, proc_pid_status(5)); on Linux only.
fn most_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmPeak:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    peak.unwrap_or_default() << 10
}

fn the_end_inside(story: &mut Story, read_frame: ReadFrame) -> io::Result<()> {
    story.step("The stream ends inside a frame, once after every byte (scripted).");
    let bytes = frame(b"pay 100");
    for end in 1..bytes.len() {
        let mut stream = scripted(&bytes[..end], &WHOLE);
        let given = read_frame(&mut stream, MOST);
        if !judge::failed_with(&given, ErrorKind::UnexpectedEof) {
            let mistake = match &given {
                _ if stream.is_stuck() => {
                    "The stream has ended, and your function read on, thousands of times: 0 is the end.".to_owned()
                }
                Ok(Some(_)) => format!(
                    "Only {} of the 7 bytes of the message came, and nothing tells the caller. That is UnexpectedEof.",
                    end.saturating_sub(4)
                ),
                Ok(None) if end < 4 => format!(
                    "A length had begun: {end} of its 4 bytes came, then the end. That is UnexpectedEof; None is for an end \
                     before the first of them."
                ),
                Ok(None) => "A length came, and the message behind it did not. That is UnexpectedEof, and no good end."
                    .to_owned(),
                Err(_) => {
                    "This error does not say what happened. For an end inside a frame it is UnexpectedEof.".to_owned()
                }
            };
            let told = told(story, given);
            return Err(told.unwrap_or_else(|| story.mistake(&mistake)));
        }
    }
    story.meaning("A part of a frame is never taken for a message, and never for a good end.");
    Ok(())
}

fn failures(story: &mut Story, read_frame: ReadFrame) -> io::Result<()> {
    story.step("The stream fails with each of ten errors, before, inside and behind the length (scripted).");
    let bytes = frame(b"pay 100");
    for failure in FAILURES {
        for before in [0, 2, 4, 7] {
            let script = [Act::Pass(before), failure];
            let script = if before == 0 { &script[1..] } else { &script };
            let mut stream: Watched<_> = scripted(&bytes, script);
            let given = read_frame(&mut stream, MOST);
            let mistake = match &given {
                given if handed_on(given, failure) && stream.after == 0 => continue,
                _ if stream.after > 0 => format!(
                    "read failed with {}, and your function read on: only Interrupted is worth another try.",
                    name_of(failure)
                ),
                Ok(_) => format!(
                    "read failed with {} after {before} bytes, and nothing tells the caller: that is not the end of the \
                     stream.",
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
