//! What several of the course's own tests need: files of the course, and the answers by which the grader is graded.

#![allow(dead_code, reason = "each of the tests uses its part")]

pub mod class;

use std::fs;
use std::path::Path;
use std::process::Command;

use grading::course::{self, Lesson};

/// A file of the course, by its path from the workspace's root.
pub fn read(path: impl AsRef<Path>) -> String {
    let path = course::root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Fails with all that is wrong, not only with the first of it.
pub fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "{}:\n{}", problems.len(), problems.join("\n"));
}

/// One answer to a lesson's exercise.
pub struct Answer {
    pub lesson: Lesson,
    /// As the program takes it: `lesson04_accept/wrong/only_one`.
    pub name: String,
    /// What the grader has to say of a wrong one.
    pub says: Option<String>,
    /// Whether the book shows it, with its story.
    pub in_the_book: bool,
    /// Its text.
    pub source: String,
}

impl Answer {
    /// The program, set up to be this answer.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env("COURSE_ANSWER", &self.name).arg("--exercise");
        command
    }
}

/// All answers of the package `answers`.
pub fn answers() -> Vec<Answer> {
    let mut answers = Vec::new();
    for lesson in course::lessons() {
        let folder = course::root().join("tests/answers/src").join(&lesson.package[.."lesson00".len()]);
        for kind in ["right", "wrong"] {
            let files =
                fs::read_dir(folder.join(kind)).unwrap_or_else(|_| panic!("{} has no {kind} answers", lesson.package));
            for file in files {
                let file = file.expect("an entry").path();
                let source = fs::read_to_string(&file).expect("an answer");
                let says = source.lines().find_map(|line| line.strip_prefix("//! says: ")).map(str::to_owned);
                assert_eq!(says.is_some(), kind == "wrong", "{} and its `says:`", file.display());
                let stem = file.file_stem().expect("a name").to_string_lossy();
                let (name, in_the_book) = (format!("{}/{kind}/{stem}", lesson.package), source.contains("ANCHOR: bug"));
                answers.push(Answer { lesson: lesson.clone(), name, says, in_the_book, source });
            }
        }
    }
    answers
}
