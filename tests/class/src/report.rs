//! Writes the CSV and the summary.

use std::fs::File;
use std::io::{self, Write};

use textwrap::core::display_width;

/// One function, and its column in the CSV.
#[derive(Debug)]
pub struct Column {
    /// The lesson's package.
    pub package: String,
    /// The function's name.
    pub function: String,
}

/// What became of one function.
#[derive(Debug, PartialEq, Eq)]
pub enum Grade {
    Passed,
    /// With the first sentence of the verdict.
    Failed(String),
    NotStarted,
    /// There is no verdict, and that is not the learner's answer's fault.
    NotGraded,
}

/// A graded submission.
#[derive(Debug)]
pub struct Graded {
    /// Whose it is.
    pub learner: String,
    /// In the order of the columns.
    pub grades: Vec<Grade>,
    /// What the teacher should know besides.
    pub notes: Vec<String>,
}

impl Column {
    /// The column of a lesson's function.
    pub fn new(package: &str, function: &str) -> Self {
        Self { package: package.to_owned(), function: function.to_owned() }
    }

    /// As the grader names its test.
    pub fn name(&self) -> String {
        format!("{}::{}", self.package, self.function)
    }
}

impl Grade {
    /// From the grader's event and what it said.
    pub fn of(event: &str, text: &str, function: &str) -> Self {
        let sentence = text.split("\n\n").next().unwrap_or_default().replace('\n', " ");
        match event {
            "ok" => Self::Passed,
            "failed" if sentence.starts_with(&format!("{function} is not started: ")) => Self::NotStarted,
            "failed" => Self::Failed(sentence),
            _ => Self::NotStarted,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed(_) => "failed",
            Self::NotStarted => "not started",
            Self::NotGraded => "not graded",
        }
    }
}

impl Graded {
    /// The number of functions that passed.
    pub fn solved(&self) -> usize {
        self.grades.iter().filter(|grade| **grade == Grade::Passed).count()
    }
}

/// The results as a table for machines (RFC 4180, in UTF-8).
#[derive(Debug)]
pub struct Csv(File);

impl Csv {
    /// An empty one.
    pub fn new(file: File) -> Self {
        Self(file)
    }

    /// The first line.
    pub fn write_head(&mut self, columns: &[Column]) -> io::Result<()> {
        let names = columns.iter().map(Column::name);
        self.line(std::iter::once("learner".to_owned()).chain(names).chain(["solved".to_owned()]))
    }

    /// A learner's line.
    pub fn write(&mut self, graded: &Graded) -> io::Result<()> {
        let words = graded.grades.iter().map(|grade| grade.word().to_owned());
        let solved = graded.solved().to_string();
        self.line(std::iter::once(graded.learner.clone()).chain(words).chain([solved]))
    }

    fn line(&mut self, fields: impl Iterator<Item = String>) -> io::Result<()> {
        let fields: Vec<_> = fields.map(|field| quoted(&field)).collect();
        self.0.write_all(format!("{}\n", fields.join(",")).as_bytes())
    }
}

fn quoted(field: &str) -> String {
    match field.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", field.replace('"', "\"\"")),
        false => field.to_owned(),
    }
}

/// What a folder's name or an exercise's panic may hold does not reach the terminal as a command.
pub fn printable(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

/// A table of all learners, and below it what failed and why.
pub fn summary(columns: &[Column], all: &[Graded]) -> String {
    let lessons: Vec<_> = columns.chunk_by(|one, other| one.package == other.package).collect();
    let names: Vec<_> = all.iter().map(|graded| printable(&graded.learner)).collect();
    let width = names.iter().map(|name| display_width(name)).max().unwrap_or_default().max("learner".len());
    let pad = |name: &str| format!("{name}{}", " ".repeat(width - display_width(name)));

    let mut text = format!("\n{}  solved  ", pad("learner"));
    for lesson in &lessons {
        text += &format!(" {:>2}", lesson[0].package.trim_start_matches("lesson").get(..2).unwrap_or_default());
    }
    text += "\n";
    for (graded, name) in all.iter().zip(&names) {
        text += &format!("{}  {:>2} of {:<2}", pad(name), graded.solved(), columns.len());
        let mut rest = &graded.grades[..];
        for lesson in &lessons {
            let (grades, after) = rest.split_at(lesson.len());
            text += &format!("  {}", mark(grades));
            rest = after;
        }
        text += "\n";
    }
    text += "\n+ solved   / in part   x failed   . not started   ? not graded\n";
    for (graded, name) in all.iter().zip(&names) {
        text += &explanations(columns, graded, name);
    }
    text
}

/// What one lesson came to, in a letter that every font has.
fn mark(grades: &[Grade]) -> char {
    let some = |wanted: fn(&Grade) -> bool| grades.iter().any(wanted);
    if some(|grade| matches!(grade, Grade::NotGraded)) {
        '?'
    } else if grades.iter().all(|grade| *grade == Grade::Passed) {
        '+'
    } else if some(|grade| matches!(grade, Grade::Passed)) {
        '/'
    } else if some(|grade| matches!(grade, Grade::Failed(_))) {
        'x'
    } else {
        '.'
    }
}

/// Each thing once: what does not compile fails all functions of its lesson with the same words.
fn explanations(columns: &[Column], graded: &Graded, name: &str) -> String {
    let mut sentences: Vec<_> = graded.notes.clone();
    for (column, grade) in columns.iter().zip(&graded.grades) {
        let Grade::Failed(sentence) = grade else { continue };
        // Its lesson's name stands in some of them.
        let sentence = match sentence.contains(&column.package) {
            true => sentence.clone(),
            false => format!("{}: {sentence}", column.package),
        };
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    if sentences.is_empty() {
        return String::new();
    }
    let lines: Vec<_> = sentences.iter().map(|sentence| format!("  {}\n", printable(sentence))).collect();
    format!("\n{name}\n{}", lines.concat())
}
