//! Drives `read_frame` where a length is too much or a lie, and where a frame is cut or not to be had at all.

use std::fs;
use std::io::{self, ErrorKind, Read};

use narrator::small_print::SmallPrint;
use narrator::{Story, judge};

use super::frames::{MOST, frame, is, read, told};
use super::{WHOLE, failures, scripted};
use crate::ReadFrame;

pub(super) fn the_longest_and_longer(story: &mut Story, read_frame: ReadFrame) -> io::Result<()> {
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

pub(super) fn a_length_that_lies(story: &mut Story, read_frame: ReadFrame) -> io::Result<()> {
    story.step("A stranger's lengths: 32, 0, 0, 0, then 255, 255, 255, 255, and nothing behind (scripted).");
    // The first fits into the memory that the grader allows, so that whoever makes room for it is told so.
    for (length, number) in [([32, 0, 0, 0], "536,870,912"), ([255; 4], "4,294,967,295")] {
        let before = most_memory();
        let given = read(story, read_frame, &mut scripted(&length, &WHOLE), MOST)?;
        let grown = most_memory().saturating_sub(before);
        let mistake = match &given {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                format!(
                    "Your function wanted to read {number} bytes. Compare the length with `most` before you do anything else."
                )
            }
            Err(error) if error.kind() == ErrorKind::InvalidData && grown > 1 << 28 => format!(
                "Your function refused the length, but only after it had made room for {number} bytes. A stranger needs four \
                 bytes for that: compare first."
            ),
            Err(error) if error.kind() == ErrorKind::InvalidData => continue,
            Err(_) => {
                "This error does not say what happened. For a length of more than `most` it is InvalidData.".to_owned()
            }
            Ok(_) => format!("The length says {number}, and 1000 are allowed: that is InvalidData."),
        };
        return Err(story.mistake(&mistake));
    }
    story.meaning("Refused before any room was made.");
    Ok(())
}

/// The most memory that this process has ever had addresses for, in bytes (VmPeak, proc_pid_status(5)); on Linux only.
fn most_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmPeak:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    peak.unwrap_or_default() << 10
}

pub(super) fn the_end_inside(story: &mut Story, read_frame: ReadFrame) -> io::Result<()> {
    story.step("The stream ends inside a frame, once after every byte; and behind a length of 20,000,000 (scripted).");
    let bytes = frame(b"pay 100");
    let small_print = SmallPrint::before();
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
    let given = read_frame(&mut scripted(&20_000_000_u32.to_be_bytes(), &WHOLE), 30_000_000);
    if judge::failed_with(&given, ErrorKind::InvalidData) {
        let mistake =
            "Your function refused a length of 20,000,000, and 30,000,000 were allowed: `most` is the only limit.";
        return Err(story.mistake(mistake));
    }
    small_print.holds(story, [])?;
    story.meaning("A part of a frame is never taken for a message, and never for a good end.");
    Ok(())
}

pub(super) fn an_error(story: &mut Story, read_frame: ReadFrame) -> io::Result<()> {
    story.step("The stream fails with each of eleven errors, before, inside and behind the length (scripted).");
    let small_print = SmallPrint::before();
    let call = |stream: &mut dyn Read| read_frame(stream, MOST);
    let missed = failures(&frame(b"pay 100"), &[0, 2, 4, 7], call, |given| is(given, b"pay 100"));
    if let Some((given, mistake)) = missed {
        let told = told(story, given);
        return Err(told.unwrap_or_else(|| story.mistake(&mistake)));
    }
    small_print.holds(story, [])?;
    story.meaning("Each of them came back to the caller as it was.");
    Ok(())
}
