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

/// The clone that this was compiled in; cargo compiles it anew where another one has done so.
const _: Option<&str> = option_env!("COURSE_ROOT");

/// The workspace's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the workspace")
}

/// Where this program lies, in the folder that cargo compiles to: a folder for the grader's own files.
pub fn scratch() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    let target = program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    let scratch = target.map_or_else(|| root().join("target"), Path::to_owned).join("tmp");
    // What cannot be written there is told when it is.
    let _ = fs::create_dir_all(&scratch);
    scratch
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

fn read(path: PathBuf) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_default()
}

impl Lesson {
    fn new(package: String) -> Self {
        let mut lesson = Self { package, functions: Vec::new() };
        let solved = read(Path::new("solutions").join(lesson.solution()).join("src/exercise.rs"));
        let functions = functions(&solved, true).into_iter();
        lesson.functions = functions.map(|(name, _)| Function { name, not_started: None }).collect();
        let exercise = read(lesson.exercise());
        lesson.with_exercise(&exercise)
    }

    /// The same lesson, as somebody stands in it who has written this.
    #[must_use]
    pub fn with_exercise(&self, exercise: &str) -> Self {
        let bodies = functions(exercise, false);
        let mut lesson = self.clone();
        for function in &mut lesson.functions {
            let waits = bodies.iter().any(|(name, body)| *name == function.name && is_not_started(body));
            function.not_started = waits.then(|| line_of_your_turn(exercise, &function.name));
        }
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
    // From the end, so that the body that comes next is known.
    let mut body = None;
    for at in (0..tokens.len()).rev() {
        if let TokenTree::Group(group) = &tokens[at]
            && group.delimiter() == Delimiter::Brace
        {
            body = Some(group.stream());
        }
        let (TokenTree::Ident(keyword), Some(TokenTree::Ident(name))) = (&tokens[at], tokens.get(at + 1)) else {
            continue;
        };
        let public = at > 0 && matches!(&tokens[at - 1], TokenTree::Ident(before) if before == "pub");
        if let (true, true, Some(body)) = (public || !only_public, keyword == "fn", &body) {
            functions.push((name.to_string(), body.clone()));
        }
    }
    functions.reverse();
    functions
}

/// Whether a body is `your_turn!` and nothing else; a comment is no token. Where more stands there, the learner has begun.
fn is_not_started(body: &TokenStream) -> bool {
    let mut tokens = body.clone().into_iter();
    let first = matches!(tokens.next(), Some(TokenTree::Ident(name)) if name == "your_turn");
    // The exclamation mark, the parameters, and perhaps a semicolon.
    first && tokens.count() <= 3
}

/// Whether a source calls this method and throws away what it returns: an error of it would reach nobody. No run can show
/// that where the call does not fail.
pub fn throws_away(source: &str, method: &str) -> bool {
    thrown_away(&source.parse().unwrap_or_default(), method)
}

/// What leaves nothing of an error.
const SWALLOWED: [&str; 6] = ["ok", "is_ok", "is_err", "unwrap_or", "unwrap_or_default", "unwrap_or_else"];

fn thrown_away(tokens: &TokenStream, method: &str) -> bool {
    let tokens: Vec<_> = tokens.clone().into_iter().collect();
    let statements = tokens.split(|token| is_mark(token, ';'));
    let here = statements.into_iter().any(|statement| {
        let Some(at) = statement.iter().position(|token| is_name(token, &[method])) else { return false };
        match &statement[at + 1..] {
            // `let _ = listener.listen(5);`, `_ = …`, and `drop(…)`, whose only statement this is.
            [TokenTree::Group(_)] => {
                let named = |at: usize, name| statement.get(at).is_some_and(|token| is_name(token, &[name]));
                named(0, "_") || (named(0, "let") && named(1, "_"))
            }
            [TokenTree::Group(_), dot, next, ..] => is_mark(dot, '.') && is_name(next, &SWALLOWED),
            _ => false,
        }
    });
    let dropped = tokens.windows(2).any(|pair| match pair {
        [name, TokenTree::Group(group)] if is_name(name, &["drop", "forget"]) => {
            let inside: Vec<_> = group.stream().into_iter().collect();
            inside.iter().any(|token| is_name(token, &[method])) && !inside.iter().any(|token| is_mark(token, '?'))
        }
        _ => false,
    });
    here || dropped
        || tokens.iter().any(|token| matches!(token, TokenTree::Group(group) if thrown_away(&group.stream(), method)))
}

fn is_mark(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

fn is_name(token: &TokenTree, names: &[&str]) -> bool {
    matches!(token, TokenTree::Ident(name) if names.iter().any(|known| name == known))
}

/// For the reader's eyes: the first line after the function's name that has `your_turn!`.
fn line_of_your_turn(source: &str, name: &str) -> usize {
    let head = format!("fn {name}");
    let lines = source.lines().enumerate().skip_while(|(_, line)| !line.contains(&head));
    let found = lines.into_iter().find(|(_, line)| line.contains("your_turn!"));
    found.map_or(1, |(index, _)| index + 1)
}
