//! Drives `read_frame`.

use std::io::{self, ErrorKind, Read};

use narrator::partner::shown;
use narrator::scripted::Act;
use narrator::small_print::SmallPrint;
use narrator::{Story, judge};

use super::{WHOLE, bad_frames, called, client_says, in_two, interrupted_often, scripted};
use crate::ReadFrame;

/// What the function gives back.
pub(super) type Given = io::Result<Option<Vec<u8>>>;

/// The longest frame that most situations allow.
pub(super) const MOST: usize = 1000;

/// Frames behind one another, cut at every byte, empty, too long, ended and failed at every byte.
pub(crate) fn read_frame(story: &mut Story, read_frame: ReadFrame) -> io::Result<()> {
    two_frames(story, read_frame)?;
    byte_order(story, read_frame)?;
    in_two_pieces(story, read_frame)?;
    interrupted(story, read_frame)?;
    an_empty_frame(story, read_frame)?;
    any_bytes(story, read_frame)?;
    as_many_as_allowed(story, read_frame)?;
    bad_frames::the_longest_and_longer(story, read_frame)?;
    bad_frames::a_length_that_lies(story, read_frame)?;
    bad_frames::the_end_inside(story, read_frame)?;
    bad_frames::an_error(story, read_frame)
}

/// A message with its length in front.
pub(super) fn frame(message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).expect("a short message").to_be_bytes();
    [&length[..], message].concat()
}

fn describe(given: &Option<Vec<u8>>) -> String {
    given.as_ref().map_or_else(|| "None".to_owned(), |message| format!("Some({})", shown(message)))
}

/// Calls the learner's function, and tells what it gave back.
pub(super) fn read(story: &mut Story, function: ReadFrame, stream: &mut dyn Read, most: usize) -> io::Result<Given> {
    called(story, &format!("read_frame(stream, {most})"), || function(stream, most), describe)
}

/// Whether it is this message.
pub(super) fn is(given: &Given, message: &[u8]) -> bool {
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
        Ok(Some(message)) if message.is_empty() => {
            "The length is 0, 0, 0, 7, four bytes: 7, and no empty message (u32::from_be_bytes)."
        }
        Ok(Some(message)) if b"pay 100".starts_with(message) => {
            "That is a part of the message only: the length, 7, is that of the message alone, without its own four bytes."
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
    if stream.taken > 11 {
        let mistake = format!(
            "The message is right, but your function took {} bytes from the stream, and the frame has 11. What stands behind \
             it belongs to the next call.",
            stream.taken
        );
        return Err(story.mistake(&mistake));
    }
    let second = read(story, read_frame, &mut stream, MOST)?;
    if !is(&second, b"pay 5") {
        return Err(
            story.mistake("The first call was right, and the second one is not: the second frame is \"pay 5\".")
        );
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
    if !is(&given, &message) {
        return Err(story.mistake(mistake));
    }
    for (large, number) in [([0, 1, 0, 7], "65,543"), ([1, 0, 0, 7], "16,777,223")] {
        let given = read_frame(&mut scripted(&[&large[..], b"pay 100"].concat(), &WHOLE), MOST);
        if is(&given, b"pay 100") {
            let mistake = format!(
                "The length was {large:?}, which is {number}, and your function took it for 7: all four bytes count."
            );
            let told = told(story, given);
            return Err(told.unwrap_or_else(|| story.mistake(&mistake)));
        }
    }
    story.meaning("258 bytes: the largest part of the number comes first.");
    Ok(())
}

fn in_two_pieces(story: &mut Story, read_frame: ReadFrame) -> io::Result<()> {
    story.step("A frame comes in two pieces, cut once at every byte, and a byte at a time (scripted).");
    let bytes = frame(b"pay 100");
    let small_print = SmallPrint::before();
    for first in 1..bytes.len() {
        let given = read_frame(&mut in_two(&bytes, first), MOST);
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
    let given = read_frame(&mut scripted(&bytes, &[Act::Pass(1)]), MOST);
    if !is(&given, b"pay 100") {
        let told = told(story, given);
        let mistake = "It came a byte at a time. However many pieces there are: read on until all are there.";
        return Err(told.unwrap_or_else(|| story.mistake(mistake)));
    }
    small_print.holds(story, [])?;
    story.meaning("Wherever it is cut, the message is whole.");
    Ok(())
}

/// What a call gave back that was not told yet. An error that is no mistake, where the function is not written.
pub(super) fn told(story: &mut Story, given: Given) -> Option<io::Error> {
    judge::told(story, "read_frame(stream, 1000)", given, describe).err()
}

fn interrupted(story: &mut Story, read_frame: ReadFrame) -> io::Result<()> {
    story.step("A frame comes a byte at a time, and each read is interrupted a thousand times before (scripted).");
    let bytes = frame(b"pay 100");
    let script = interrupted_often(bytes.len());
    let mut stream = scripted(&bytes, &script);
    let given = read(story, read_frame, &mut stream, MOST)?;
    let mistake = match &given {
        Err(error) if error.kind() == ErrorKind::Interrupted => {
            "Interrupted is no failure, however often it comes: the call gave nothing, and nothing is lost. Make it once more. \
             (read_exact does.)"
        }
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
            "Your function took an interruption inside the frame for the end. Only 0 is the end."
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
    let given = read(story, read_frame, &mut stream, MOST)?;
    let mistake = match &given {
        Ok(None) => "None is the end of the stream. Here came a message, an empty one: Some of no bytes.",
        Err(_) => "A message of no bytes is a message: Some of an empty Vec.",
        Ok(Some(_)) if is(&given, b"pay 5") => "That is the second message. The first one was empty, and is left out.",
        Ok(Some(_)) => "The length says 0: then no byte belongs to this message.",
    };
    if !is(&given, b"") {
        return Err(story.mistake(mistake));
    }
    let given = read(story, read_frame, &mut stream, MOST)?;
    story.check(is(&given, b"pay 5"), "An empty message is a message.", "The next frame is not there any more.")
}

/// Messages of odd bytes, and what is wrong where another one is returned.
const ODD: [(&[u8], &str); 3] = [
    (b"\xe6\xb6", "These bytes are no text, and need not be: a message may have any bytes."),
    (b" a \r\n", "Spaces and line ends are a part of the message, at its beginning and at its end, too."),
    (b"\0a\0", "A zero is a byte like any other, and ends nothing."),
];

fn any_bytes(story: &mut Story, read_frame: ReadFrame) -> io::Result<()> {
    story.step("Odd messages: one that is no text, one with spaces and a line end, one with zeros (scripted).");
    for (message, mistake) in ODD {
        let given = read(story, read_frame, &mut scripted(&frame(message), &WHOLE), MOST)?;
        if !is(&given, message) {
            return Err(story.mistake(mistake));
        }
    }
    story.meaning("A frame does not care what is in it.");
    Ok(())
}

fn as_many_as_allowed(story: &mut Story, read_frame: ReadFrame) -> io::Result<()> {
    story.step("A message of 70,000 bytes, and 100,000 are allowed (scripted).");
    let message: Vec<u8> = (0..70_000).map(|number: u32| number.to_le_bytes()[0]).collect();
    let script = [Act::Pass(4096)];
    let given = read(story, read_frame, &mut scripted(&frame(&message), &script), 100_000)?;
    let mistake = match &given {
        Ok(Some(given)) if given.len() < message.len() && message.starts_with(given) => {
            "That is only the beginning: read until as many bytes are there as the length says."
        }
        Ok(Some(_)) => "These are not the bytes that came.",
        _ => "70,000 bytes are allowed here, and all of them were there.",
    };
    story.check(is(&given, &message), "All that is allowed.", mistake)
}
