//! Every lesson has the same rooms, and in each stands what belongs there.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use grading::course::{self, Lesson};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

mod shared;
use shared::{assert_none, read};

/// About what can still be read as one thing.
const LONGEST: usize = 360;

/// The methods of a socket that are system calls, and what else makes one.
const CALLS: [&str; 19] = [
    ".bind",
    ".listen",
    ".accept",
    ".connect",
    ".connect_timeout",
    ".send",
    ".write",
    ".write_all",
    ".recv",
    ".read",
    ".read_to_end",
    ".peek",
    ".shutdown",
    ".try_clone",
    ".set_reuse_address",
    "Socket::new",
    "local_address",
    "peer_address",
    "drop",
];

/// The sources of a lesson, by their path from its `src`.
fn sources(lesson: &Lesson) -> BTreeMap<String, String> {
    fn collect(folder: &Path, below: &str, sources: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = format!("{below}{}", path.file_name().expect("a name").to_string_lossy());
            if path.is_dir() {
                collect(&path, &format!("{name}/"), sources);
            } else {
                sources.insert(name, fs::read_to_string(&path).expect("UTF-8"));
            }
        }
    }
    let mut sources = BTreeMap::new();
    collect(&course::root().join("lessons").join(&lesson.package).join("src"), "", &mut sources);
    sources
}

#[test]
fn every_lesson_has_its_five_files_and_none_is_too_long() {
    let mut problems = Vec::new();
    let mut longest = (0, String::new());
    for lesson in course::lessons() {
        let sources = sources(&lesson);
        for file in ["lib.rs", "walkthrough.rs", "drive.rs", "exercise.rs", "main.rs"] {
            if !sources.contains_key(file) {
                problems.push(format!("{} has no src/{file}", lesson.package));
            }
        }
        for (file, source) in sources {
            let (lines, name) = (source.lines().count(), format!("{}/src/{file}", lesson.package));
            if lines > LONGEST {
                problems.push(format!("{name} has {lines} lines"));
            }
            longest = longest.max((lines, name));
        }
    }
    println!("the longest: {} with {} lines", longest.1, longest.0);
    assert_none(&problems);
}

/// What the book's page "Before you begin" says of a walkthrough: lines that begin with `story.` tell, all other lines do.
#[test]
fn no_call_stands_inside_a_line_that_tells() {
    let mut problems = Vec::new();
    for lesson in course::lessons() {
        let walkthrough = &sources(&lesson)["walkthrough.rs"];
        for (at, _) in walkthrough.match_indices("story.") {
            let statement = walkthrough[at..].split(";\n").next().unwrap_or_default();
            // A text may name a call.
            let code: String = statement.split('"').step_by(2).collect();
            let called = CALLS.iter().filter(|call| code.contains(&format!("{call}(")));
            problems.extend(called.map(|call| format!("{}: {call} in `{statement}`", lesson.package)));
        }
    }
    assert_none(&problems);
}

/// Then `git diff --no-index` of the two shows what the learner writes, and nothing else.
#[test]
fn exercise_and_solution_differ_only_in_what_the_learner_writes() {
    for lesson in course::lessons() {
        let exercise = read(lesson.exercise());
        let solution = read(format!("solutions/{}/src/exercise.rs", lesson.solution()));
        assert_eq!(given(&exercise), given(&solution), "{}", lesson.package);
        assert!(exercise.starts_with("//! Your turn: "), "{}", lesson.package);
        assert!(exercise.contains(&format!("Chapter {} of the book", lesson.number())), "{}", lesson.package);
    }
}

/// What is given of an exercise: its first comment, and each public function's documentation and signature.
fn given(source: &str) -> Vec<String> {
    let mut given: Vec<_> = source.lines().filter(|line| line.starts_with("//!")).map(str::to_owned).collect();
    let tokens: Vec<_> = source.parse::<TokenStream>().expect("Rust").into_iter().collect();
    for item in tokens.split_inclusive(|token| is_body(token)) {
        let public = item.iter().any(|token| matches!(token, TokenTree::Ident(word) if word == "pub"));
        if public {
            // From the item's documentation on: a `use` before it ends in a semicolon.
            let begin = item.iter().rposition(|token| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ';'));
            let head: TokenStream = item[begin.map_or(0, |at| at + 1)..item.len() - 1].iter().cloned().collect();
            given.push(head.to_string());
        }
    }
    given
}

/// A block in braces, which is no list of names in a `use`.
fn is_body(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else { return false };
    let names = |token: TokenTree| matches!(token, TokenTree::Ident(_) | TokenTree::Punct(_));
    group.delimiter() == Delimiter::Brace && !group.stream().into_iter().all(names)
}
