//! The course as it lies on the disk.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A lesson, and what its learner writes.
#[derive(Debug, Clone)]
pub struct Lesson {
    /// Its package, such as `lesson04_accept`.
    pub package: String,
    /// The functions that its solution has.
    pub functions: Vec<Function>,
}

/// One function that the learner writes.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The line of its `your_turn!`, where that still stands.
    pub not_started: Option<usize>,
}

/// The workspace's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the workspace")
}

/// All lessons, in their order: one for each solution.
pub fn lessons() -> Vec<Lesson> {
    let solutions = fs::read_dir(root().join("solutions")).expect("the folder solutions/ can be read");
    let mut packages: Vec<_> = solutions
        .filter_map(|entry| {
            entry.ok()?.file_name().to_str()?.strip_prefix("solution").map(|rest| format!("lesson{rest}"))
        })
        .collect();
    packages.sort();
    packages.into_iter().map(Lesson::new).collect()
}

impl Lesson {
    fn new(package: String) -> Self {
        let mut lesson = Self { package, functions: Vec::new() };
        let read = |path: PathBuf| fs::read_to_string(root().join(path)).unwrap_or_default();
        let solved = read(PathBuf::from(format!("solutions/{}/src/exercise.rs", lesson.solution())));
        let learners = read(lesson.exercise());
        let bodies = functions(&learners, false);
        lesson.functions = functions(&solved, true)
            .into_iter()
            .map(|(name, _)| {
                let waits = bodies.iter().any(|(learners, body)| *learners == name && is_not_started(body));
                let not_started = waits.then(|| line_of_your_turn(&learners, &name));
                Function { name, not_started }
            })
            .collect();
        lesson
    }

    /// Its solution's package.
    pub fn solution(&self) -> String {
        self.package.replacen("lesson", "solution", 1)
    }

    /// The learner's file, from the workspace's root.
    pub fn exercise(&self) -> PathBuf {
        ["lessons", &self.package, "src", "exercise.rs"].iter().collect()
    }

    /// Its number, which is that of its chapter too.
    pub fn number(&self) -> usize {
        self.package["lesson".len()..].split('_').next().and_then(|number| number.parse().ok()).unwrap_or_default()
    }

    /// Its number and topic, as `04 accept`.
    pub fn title(&self) -> String {
        self.package.trim_start_matches("lesson").replacen('_', " ", 1)
    }

    /// Whether the learner has not begun at all.
    pub fn is_untouched(&self) -> bool {
        self.functions.iter().all(|function| function.not_started.is_some())
    }

    /// Where the learner goes on in this lesson: the first function that is not started, or the file.
    pub fn place(&self) -> String {
        let line = self.functions.iter().find_map(|function| function.not_started);
        let exercise = self.exercise().display().to_string();
        line.map_or(exercise.clone(), |line| format!("{exercise}:{line}"))
    }
}

/// The functions of a source file, or only the public ones: the name and the body of each. None where the text is no
/// Rust: then cargo will say why.
fn functions(source: &str, only_public: bool) -> Vec<(String, TokenStream)> {
    let tokens: Vec<_> = source.parse::<TokenStream>().unwrap_or_default().into_iter().collect();
    let mut functions = Vec::new();
    for (at, window) in tokens.windows(2).enumerate() {
        let [TokenTree::Ident(keyword), TokenTree::Ident(name)] = window else { continue };
        let public = at > 0 && matches!(&tokens[at - 1], TokenTree::Ident(before) if before == "pub");
        let body = tokens[at..].iter().find_map(|token| match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group.stream()),
            _ => None,
        });
        if let (true, true, Some(body)) = (public || !only_public, keyword == "fn", body) {
            functions.push((name.to_string(), body));
        }
    }
    functions
}

/// Whether `your_turn!` stands in a body: as code, since a comment is no token and a string is one of its own.
fn is_not_started(body: &TokenStream) -> bool {
    body.clone().into_iter().any(|token| match token {
        TokenTree::Ident(name) => name == "your_turn",
        TokenTree::Group(group) => is_not_started(&group.stream()),
        _ => false,
    })
}

/// For the reader's eyes: the first line after the function's name that has `your_turn!`.
fn line_of_your_turn(source: &str, name: &str) -> usize {
    let head = format!("fn {name}");
    let lines = source.lines().enumerate().skip_while(|(_, line)| !line.contains(&head));
    let found = lines.into_iter().find(|(_, line)| line.contains("your_turn!"));
    found.map_or(1, |(index, _)| index + 1)
}
