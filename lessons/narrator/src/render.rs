//! Layout and colour: the one place that knows how a story looks.

use std::io::ErrorKind;

use colored::{Color, Colorize};
use textwrap::core::display_width;

use crate::{Entry, Lesson, Outcome, PATH, Question, Voice};

/// A line of the story, in pieces of one ink each.
pub type Line = Vec<(Ink, String)>;

/// What a piece of text is, and so which colour it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// The narrator's.
    Plain,
    /// A title.
    Strong,
    /// A voice, and what it says.
    Voice(Voice),
    /// An error, a mistake.
    Error,
}

const WIDTH: usize = 78;
const INDENT: usize = 3;
const VOICE: usize = 8;
const CALL: usize = 35;
const OUTCOME: usize = INDENT + VOICE + CALL;

/// An entry as lines of at most 78 columns. `errno` adds the system's own name to an error's kind.
pub fn render(entry: &Entry, errno: bool) -> Vec<Line> {
    match entry {
        Entry::Header(lesson) => vec![header(lesson), vec![(Ink::Plain, chapter(lesson))]],
        Entry::Turn { function } => vec![vec![], vec![(Ink::Strong, format!("Your turn · {function}"))]],
        Entry::Step { number, title } => {
            let mut lines = paragraph(Ink::Strong, &format!("{number}  "), 3, title);
            lines.insert(0, vec![]);
            lines
        }
        Entry::Call { voice, call, outcome } => spoken(*voice, call, outcome, errno),
        Entry::Socket { which, shown } => spoken(Voice::Kernel, which, &Outcome::Done(shown.to_string()), errno),
        Entry::Segment { from, to, segment } => {
            spoken(Voice::Wire, &format!("{from} → {to}"), &Outcome::Done(segment.to_string()), errno)
        }
        Entry::Question(question) => asked(question),
        Entry::Answer(question) => {
            let (letter, answer) = (question.right, question.right_answer());
            paragraph(Ink::Plain, "      ", 6, &format!("{letter}) {}: {}", answer.text, answer.why))
        }
        Entry::Meaning(text) => paragraph(Ink::Plain, "      ", 6, text),
        Entry::Mistake(text) => paragraph(Ink::Error, "   ✗  ", 6, text),
        Entry::Closing(text) => paragraph(Ink::Plain, "   ", 3, text),
        // In one piece, however wide: it is there to be copied.
        Entry::Command(text) => vec![vec![(Ink::Plain, format!("      {text}"))]],
        Entry::Heading(text) => vec![vec![], vec![(Ink::Strong, text.clone())]],
        Entry::Skipped(why) => paragraph(Ink::Plain, "   (skipped) ", 6, why),
    }
}

/// A question, then its answers as far as they fit beside it.
fn asked(question: &Question) -> Vec<Line> {
    // The answers stay in one piece each: a space that no line may break at holds them together.
    let answers =
        question.lettered().map(|(letter, answer)| format!("{letter}) {}", answer.text).replace(' ', "\u{a0}"));
    let answers = answers.collect::<Vec<_>>().join("   ");
    let mut lines = paragraph(Ink::Strong, "   ?  ", 6, &format!("{}   {answers}", question.prompt));
    for (_, text) in lines.iter_mut().flatten() {
        *text = text.replace('\u{a0}', " ");
    }
    lines
}

/// One call: the voice, the call, what came back; each in its column, an outcome that is too wide below.
fn spoken(voice: Voice, call: &str, outcome: &Outcome, errno: bool) -> Vec<Line> {
    let (ink, outcome) = match outcome {
        Outcome::Done(text) => (Ink::Voice(voice), text.clone()),
        Outcome::Failed { kind, name } => (Ink::Error, error(*kind, name.filter(|_| errno))),
    };
    let name = voice.name();
    let mut lines: Vec<Line> = vec![vec![(Ink::Voice(voice), format!("{:INDENT$}{name:<VOICE$}{call}", ""))]];
    let mut said = outcome.lines().flat_map(|line| textwrap::wrap(line, WIDTH - OUTCOME)).peekable();
    if said.peek().is_some() && display_width(call) < CALL {
        let gap = CALL - display_width(call);
        lines[0].push((ink, format!("{:gap$}{}", "", said.next().unwrap_or_default())));
    }
    lines.extend(said.map(|line| vec![(ink, format!("{:OUTCOME$}{line}", ""))]));
    lines
}

/// A call on one line, however wide, and nothing broken: a line that is looked for in a log.
pub fn on_one_line(voice: Voice, call: &str, outcome: &Outcome) -> Line {
    let (ink, said) = match outcome {
        Outcome::Done(text) => (Ink::Voice(voice), text.clone()),
        Outcome::Failed { kind, name } => (Ink::Error, error(*kind, *name)),
    };
    let gap = CALL.saturating_sub(display_width(call)).max(1);
    let head = format!("{:INDENT$}{:<VOICE$}{call}", "", voice.name());
    vec![(Ink::Voice(voice), head), (ink, format!("{:gap$}{said}", ""))]
}

/// An error by its kind, and by its name in the manuals where that is wanted.
fn error(kind: ErrorKind, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("{kind:?} ({name})"),
        None => format!("{kind:?}"),
    }
}

/// Text over as many lines as it needs, the first after `label`, the others `indent` columns in.
fn paragraph(ink: Ink, label: &str, indent: usize, text: &str) -> Vec<Line> {
    let later = " ".repeat(indent);
    let options = textwrap::Options::new(WIDTH).initial_indent(label).subsequent_indent(&later);
    textwrap::wrap(text, options).into_iter().map(|line| vec![(ink, line.into_owned())]).collect()
}

/// Where the book tells the same.
fn chapter(lesson: &Lesson) -> String {
    format!("   Chapter {} of the book tells the same: mdbook serve book", lesson.number)
}

/// The lesson's name, and as much of the course's path around it as fits.
fn header(lesson: &Lesson) -> Line {
    let here = lesson.number - 1;
    let name = format!("Lesson {} · {}", lesson.number, lesson.topic());
    let (mut first, mut last) = (0, PATH.len() - 1);
    let path = loop {
        let mut steps: Vec<String> = PATH[first..=last].iter().map(|(_, topic)| topic.to_string()).collect();
        steps[here - first] = format!("[{}]", lesson.topic());
        if first > 0 {
            steps.insert(0, "…".to_owned());
        }
        if last < PATH.len() - 1 {
            steps.push("…".to_owned());
        }
        let path = steps.join(" ▸ ");
        if display_width(&name) + 3 + display_width(&path) <= WIDTH {
            break path;
        }
        // What is furthest from here is the least missed.
        if last - here >= here - first { last -= 1 } else { first += 1 }
    };
    let gap = WIDTH - display_width(&name) - display_width(&path);
    vec![(Ink::Strong, name), (Ink::Plain, format!("{:gap$}{path}", ""))]
}

/// Lines without colour, each with its line break.
pub fn plain(lines: &[Line]) -> String {
    lines.iter().map(|line| line.iter().map(|(_, text)| text.as_str()).collect::<String>() + "\n").collect()
}

/// Lines in colour, where `colored` finds that colour is wanted (NO_COLOR, CLICOLOR, CLICOLOR_FORCE, the terminal).
pub fn coloured(lines: &[Line]) -> String {
    let paint = |(ink, text): &(Ink, String)| match ink {
        Ink::Plain => text.clone(),
        Ink::Strong => text.bold().to_string(),
        Ink::Error => text.color(Color::AnsiColor(161)).to_string(),
        Ink::Voice(voice) => text.color(Color::AnsiColor(shade(*voice))).to_string(),
    };
    lines.iter().map(|line| line.iter().map(paint).collect::<String>() + "\n").collect()
}

/// Colours of the 256-colour palette that have a contrast of at least 4 on white and on black.
fn shade(voice: Voice) -> u8 {
    match voice {
        Voice::Server => 29,
        Voice::Client => 63,
        Voice::Kernel => 130,
        Voice::Wire => 31,
        Voice::You => 133,
    }
}

/// The same text for a terminal that knows ASCII only.
pub fn ascii(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            '▸' => ">".to_owned(),
            '→' => "->".to_owned(),
            '…' => "...".to_owned(),
            '·' => "-".to_owned(),
            '✗' => "x".to_owned(),
            '✓' => "*".to_owned(),
            _ if letter.is_ascii() => letter.to_string(),
            _ => letter.escape_default().to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Answer;

    const LONG: Question = Question {
        prompt: "A question that is so long that it does not fit the line: does it break, and so do all of its answers?",
        answers: &[
            Answer {
                text: "yes",
                why: "it breaks between two words, and goes on below, where the text of a step begins.",
            },
            Answer { text: "no, it stays in one piece", why: "then it would be wider than a terminal often is." },
            Answer { text: "only the answers do", why: "they stay in one piece each." },
        ],
        right: 'a',
    };

    #[test]
    fn no_line_is_wider_than_78_columns() {
        let long = "消息收到,over! ".repeat(20);
        let entries = [
            Entry::Meaning(long.clone()),
            Entry::Step { number: 3, title: long.clone() },
            Entry::Question(&LONG),
            Entry::Answer(&LONG),
            Entry::Call { voice: Voice::You, call: "f()".into(), outcome: Outcome::Done(long) },
        ];
        for line in entries.iter().flat_map(|entry| render(entry, true)) {
            let text: String = line.iter().map(|(_, text)| text.as_str()).collect();
            assert!(display_width(&text) <= WIDTH, "{text}");
        }
    }

    #[test]
    fn an_outcome_stands_in_its_column_and_below_a_call_that_fills_its_own() {
        let call = |call: &str| plain(&spoken(Voice::Server, call, &Outcome::Done("ok".into()), true));
        assert_eq!(call("listen(5)"), format!("   server  {:<35}ok\n", "listen(5)"));
        let wide = "x".repeat(40);
        assert_eq!(call(&wide), format!("   server  {wide}\n{:46}ok\n", ""));
    }
}
