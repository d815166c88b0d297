//! A story as data: JSON, for whatever retells it. The book's replay is one such; an edition in another language can be.
//!
//! With `LESSON_STORY=FILE` a run writes its whole story there: an object with `version`, `lesson`, `package`, `topic` and
//! `entries`, one entry a line. What differs from run to run has its name, as in the transcript for the grader. Each entry
//! says what it is in `entry`:
//!
//! | `entry` | its other fields |
//! |---|---|
//! | `step` | `number`, `title` |
//! | `call` | `voice`, `call`; and `outcome`, or `error` with `kind` and `name` (`null` where the manuals have none) |
//! | `socket` | `local`, `peer` (`null` for a listener), `state` (`null`: no such socket); of a listener `waiting` and `backlog`, of a connection `unread` and `unacknowledged`; `state` is missing where the system shows nothing |
//! | `segment` | `from`, `to`, `flags`, `sequence` and `acknowledgement` (counted from the connection's first; `null` without ACK), `length`, `text` (or `hex` where the bytes are no text), `again` |
//! | `question` | `prompt`, `answers` with `text` and `why`, `right` (a letter) |
//! | `answer` | `right`, `text`, `why` |
//! | `meaning`, `mistake`, `skipped`, `heading`, `closing`, `command` | `text` |
//! | `turn` | `function` |
//!
//! Whoever changes a field's name or meaning counts [`VERSION`] up.

use std::fmt::Write;

use crate::entry::Shown;
use crate::kernel::{Row, State};
use crate::wire::{Flags, Segment};
use crate::{Answer, Entry, Lesson, Outcome, Question};

/// The version of the schema.
pub const VERSION: u32 = 1;

/// How a file begins.
pub(crate) fn opening(lesson: &Lesson) -> String {
    format!(
        "{{\"version\":{VERSION},\"lesson\":{},\"package\":{},\"topic\":{},\"entries\":[",
        lesson.number,
        text(lesson.package),
        text(lesson.topic())
    )
}

/// How a file ends.
pub(crate) const CLOSING: &str = "\n]}\n";

/// An entry as one line; `None` for the header, which the file's opening replaces.
pub(crate) fn line(entry: &Entry) -> Option<String> {
    let (kind, fields) = match entry {
        Entry::Header(_) => return None,
        Entry::Step { number, title } => ("step", format!("\"number\":{number},\"title\":{}", text(title))),
        Entry::Call { voice, call, outcome } => {
            ("call", format!("\"voice\":{},\"call\":{},{}", text(voice.name()), text(call), came_back(outcome)))
        }
        Entry::Socket { which, shown } => ("socket", socket(which, shown)),
        Entry::Segment { from, to, segment } => {
            ("segment", format!("\"from\":{},\"to\":{},{}", text(from), text(to), crossed(segment)))
        }
        Entry::Question(question) => ("question", asked(question)),
        Entry::Answer(question) => {
            let answer = question.right_answer();
            ("answer", format!("\"right\":{},{}", text(&question.right.to_string()), answered(answer)))
        }
        Entry::Turn { function } => ("turn", format!("\"function\":{}", text(function))),
        Entry::Meaning(words) => ("meaning", words_of(words)),
        Entry::Mistake(words) => ("mistake", words_of(words)),
        Entry::Skipped(words) => ("skipped", words_of(words)),
        Entry::Heading(words) => ("heading", words_of(words)),
        Entry::Closing(words) => ("closing", words_of(words)),
        Entry::Command(words) => ("command", words_of(words)),
    };
    Some(format!("{{\"entry\":\"{kind}\",{fields}}}"))
}

fn words_of(words: &str) -> String {
    format!("\"text\":{}", text(words))
}

fn came_back(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done(done) => format!("\"outcome\":{}", text(done)),
        Outcome::Failed { kind, name } => {
            format!(
                "\"error\":{{\"kind\":{},\"name\":{}}}",
                text(&format!("{kind:?}")),
                name.map_or("null".to_owned(), text)
            )
        }
    }
}

fn socket(which: &str, shown: &Shown) -> String {
    let ends = match which.split_once(" → ") {
        Some((local, peer)) => format!("\"local\":{},\"peer\":{}", text(local), text(peer)),
        None => format!("\"local\":{},\"peer\":null", text(which)),
    };
    match shown {
        Shown::NotHere => ends,
        Shown::Nothing => format!("{ends},\"state\":null"),
        Shown::Row(Row { state, receive_queue, send_queue, .. }) => {
            let queues = match state {
                State::Listen => format!("\"waiting\":{receive_queue},\"backlog\":{send_queue}"),
                _ => format!("\"unread\":{receive_queue},\"unacknowledged\":{send_queue}"),
            };
            format!("{ends},\"state\":\"{state}\",{queues}")
        }
    }
}

fn crossed(segment: &Segment) -> String {
    let flags: Vec<_> = segment.flags.names().map(text).collect();
    let acknowledgement = match segment.flags.has(Flags::ACK) {
        true => segment.acknowledgement.to_string(),
        false => "null".to_owned(),
    };
    let bytes = match str::from_utf8(&segment.bytes) {
        Ok(bytes) => format!("\"text\":{}", text(bytes)),
        Err(_) => {
            let hex = segment.bytes.iter().fold(String::new(), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            });
            format!("\"hex\":\"{hex}\"")
        }
    };
    format!(
        "\"flags\":[{}],\"sequence\":{},\"acknowledgement\":{acknowledgement},\"length\":{},{bytes},\"again\":{}",
        flags.join(","),
        segment.sequence,
        segment.length,
        segment.again
    )
}

fn asked(question: &Question) -> String {
    let answers: Vec<_> = question.answers.iter().map(|answer| format!("{{{}}}", answered(answer))).collect();
    let right = text(&question.right.to_string());
    format!("\"prompt\":{},\"answers\":[{}],\"right\":{right}", text(question.prompt), answers.join(","))
}

fn answered(answer: &Answer) -> String {
    format!("\"text\":{},\"why\":{}", text(answer.text), text(answer.why))
}

/// A JSON string (RFC 8259 §7). `<` is written as an escape, so that the text may stand inside a page's script element.
fn text(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            letter if letter < ' ' || letter == '<' => {
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn every_character_stands_in_a_string() {
        assert_eq!(text("\"a\\b\"\n\t\0</script> 消息"), r#""\"a\\b\"\n\u0009\u0000\u003c/script> 消息""#);
    }
}
