//! Writes the CSV and the summary.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;

use textwrap::core::display_width;

/// One function, and its column in the CSV.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    /// The lesson's package.
    pub package: String,
    /// The function's name.
    pub function: String,
}

/// What became of one function.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// Between the sentences of a learner's notes.
const BETWEEN: &str = " | ";

impl Csv {
    /// Goes on in this file, behind the lines that it has; a new one gets its head.
    pub fn new(file: File, columns: &[Column], is_new: bool) -> io::Result<Self> {
        let mut csv = Self(file);
        if is_new {
            csv.line(&head(columns))?;
        }
        Ok(csv)
    }

    /// A learner's line.
    pub fn write(&mut self, columns: &[Column], graded: &Graded) -> io::Result<()> {
        let mut fields = vec![graded.learner.clone()];
        fields.extend(graded.grades.iter().map(|grade| grade.word().to_owned()));
        fields.push(graded.solved().to_string());
        let failed = columns.iter().zip(&graded.grades).filter_map(|(column, grade)| match grade {
            Grade::Failed(sentence) => Some(format!("{}: {sentence}", column.name())),
            _ => None,
        });
        let notes: Vec<_> = graded.notes.iter().cloned().chain(failed).map(|note| printable(&note)).collect();
        fields.push(notes.join(BETWEEN));
        self.line(&fields)
    }

    /// At once, so that an interruption costs no grade that was given.
    fn line(&mut self, fields: &[String]) -> io::Result<()> {
        // Where commas stand in numbers, a spreadsheet parts cells by semicolons, but not within quotes.
        let style = match fields.iter().any(|field| field.contains(';')) {
            true => csv::QuoteStyle::Always,
            false => csv::QuoteStyle::Necessary,
        };
        let mut writer = csv::WriterBuilder::new().quote_style(style).from_writer(&self.0);
        writer.write_record(fields.iter().map(|field| as_text(field)))?;
        writer.flush()
    }
}

fn head(columns: &[Column]) -> Vec<String> {
    let names = columns.iter().map(Column::name);
    std::iter::once("learner".to_owned()).chain(names).chain(["solved".to_owned(), "notes".to_owned()]).collect()
}

/// A spreadsheet takes a cell that begins so for a formula, and an apostrophe before it for "this is text" (OWASP, "CSV
/// Injection").
fn as_text(field: &str) -> String {
    let begins = |first: char| "=+-@＝＋－＠\'".contains(first);
    if field.starts_with(begins) { format!("'{field}") } else { field.to_owned() }
}

/// What an earlier grading wrote.
///
/// # Errors
/// Why it is not this course's, in a sentence.
pub fn read(text: &str, columns: &[Column]) -> Result<Vec<Graded>, String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let lines: Vec<_> = reader.records().flatten().collect();
    let as_it_was = |field: &str| field.strip_prefix('\'').unwrap_or(field).to_owned();
    let Some((first, lines)) = lines.split_first() else { return Ok(Vec::new()) };
    if !first.iter().eq(head(columns).iter().map(String::as_str)) {
        return Err("Its columns are not those of this course.".to_owned());
    }
    let graded = lines.iter().filter(|line| line.len() >= columns.len() + 3).map(|line| {
        let mut notes: Vec<_> =
            line[columns.len() + 2].split(BETWEEN).map(as_it_was).filter(|note| !note.is_empty()).collect();
        let grades = columns.iter().zip(line.iter().skip(1)).map(|(column, word)| match word {
            "passed" => Grade::Passed,
            "failed" => Grade::Failed(take(&mut notes, &format!("{}: ", column.name()))),
            "not graded" => Grade::NotGraded,
            _ => Grade::NotStarted,
        });
        let grades = grades.collect();
        Graded { learner: as_it_was(&line[0]), grades, notes }
    });
    Ok(graded.collect())
}

/// Takes the note that begins so out of the others.
fn take(notes: &mut Vec<String>, beginning: &str) -> String {
    let Some(at) = notes.iter().position(|note| note.starts_with(beginning)) else { return String::new() };
    notes.remove(at)[beginning.len()..].to_owned()
}

/// What a folder's name or an exercise's panic may hold does not reach the terminal as a command.
///
/// No sentence of the grader's is as long as what is cut off; a panic may be.
pub fn printable(text: &str) -> String {
    const MOST: usize = 1000;
    let end = text.char_indices().nth(MOST).map_or("", |_| "…");
    text.chars()
        .take(MOST)
        .map(|letter| if letter.is_control() { '\u{fffd}' } else { letter })
        .chain(end.chars())
        .collect()
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
    text + &most_often(columns, all)
}

/// The mistakes that more than one learner made, by function: what a teacher may want to talk about next.
fn most_often(columns: &[Column], all: &[Graded]) -> String {
    const SHOWN: usize = 3;
    let mut text = String::new();
    for (place, column) in columns.iter().enumerate() {
        let mut counts = BTreeMap::new();
        for graded in all {
            if let Grade::Failed(sentence) = &graded.grades[place] {
                *counts.entry(sentence.as_str()).or_insert(0) += 1;
            }
        }
        let failed: usize = counts.values().sum();
        let mut counts: Vec<_> = counts.into_iter().filter(|(_, count)| *count > 1).collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        if counts.is_empty() {
            continue;
        }
        text += &format!("\n{}: {failed} of {} failed\n", column.name(), all.len());
        for (sentence, count) in counts.iter().take(SHOWN) {
            text += &format!("  {count:>3} times  {}\n", printable(sentence));
        }
    }
    if text.is_empty() { text } else { format!("\nWhat went wrong most often\n{text}") }
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
