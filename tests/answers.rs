//! The grader is graded: every right answer passes, and every wrong one is told its own mistake.
//!
//! The answers are those of the package `answers`. A wrong one says on top what the grader has to say of it. With
//! `ANSWERS=lesson04` only those whose name contains this are graded.

use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use grading::course;
use grading::{build, desk, process, transcript, verdict};

mod shared;
use shared::{Answer, answers};

/// Takes each answer in turn, several at a time, since most of them only wait.
fn each(answers: &[Answer], look: impl Fn(&Answer, &Path) -> Result<(), String> + Sync) {
    let built = build::build(&["answers".to_owned()]);
    let program = built.executable("answers").unwrap_or_else(|error| panic!("the answers do not compile: {error}"));
    let problems = Mutex::new(Vec::new());
    let only = std::env::var("ANSWERS").unwrap_or_default();
    process::side_by_side(8, answers, |answer| {
        if answer.name.contains(&only)
            && let Err(problem) = look(answer, program)
        {
            problems.lock().expect("a list").push(format!("{}: {problem}", answer.name));
        }
    });
    let problems = problems.into_inner().expect("a list");
    assert!(problems.is_empty(), "{} of {}:\n{}", problems.len(), answers.len(), problems.join("\n\n"));
}

/// Grades each of the lesson's functions as the grader does: what it says, and what was told.
fn grade(answer: &Answer, program: &Path) -> (Vec<String>, String) {
    let expected = desk::expected(&answer.lesson, "exercise");
    let (mut sentences, mut told) = (Vec::new(), String::new());
    for function in &answer.lesson.functions {
        let mut command = answer.command(program);
        command.arg(&function.name);
        let run = process::run(command).expect("it starts");
        let verdict = verdict::compare(&function.name, &run, &expected)
            .and_then(|()| verdict::hands_on_listens_error(&function.name, &answer.source));
        sentences.extend(verdict.err().map(|failure| failure.sentence));
        told += &run.transcript;
    }
    (sentences, told)
}

#[test]
fn every_right_answer_passes() {
    let answers: Vec<_> = answers().into_iter().filter(|answer| answer.says.is_none()).collect();
    for lesson in course::lessons() {
        let count = answers.iter().filter(|answer| answer.lesson.package == lesson.package).count();
        assert!(count >= 2, "{} has {count} right answers", lesson.package);
    }
    each(&answers, |answer, program| {
        let begin = Instant::now();
        match grade(answer, program) {
            // Where a driver waits in vain for what the answer does in its own way, a busy machine ends the run.
            _ if begin.elapsed() > Duration::from_secs(8) => Err(format!("it took {:?}", begin.elapsed())),
            (sentences, _) if sentences.is_empty() => Ok(()),
            (sentences, told) => Err(format!("it is right, and told: {}\n{told}", sentences.join(" "))),
        }
    });
}

#[test]
fn every_wrong_answer_is_told_its_own_mistake_in_time() {
    let answers: Vec<_> = answers().into_iter().filter(|answer| answer.says.is_some()).collect();
    for lesson in course::lessons() {
        let count = answers.iter().filter(|answer| answer.lesson.package == lesson.package).count();
        assert!(count >= 4, "{} has {count} wrong answers", lesson.package);
    }
    each(&answers, |answer, program| {
        let begin = Instant::now();
        let (sentences, told) = grade(answer, program);
        let (time, says) = (begin.elapsed(), answer.says.as_deref().unwrap_or_default());
        if time > Duration::from_secs(10) {
            return Err(format!("it took {time:?}"));
        }
        match sentences.iter().any(|sentence| sentence.contains(says)) {
            true => Ok(()),
            // The step that would have shown it could not be shown, on a machine without IPv6.
            false if sentences.is_empty() && told.contains("   (skipped) ") => {
                println!("{}: skipped", answer.name);
                Ok(())
            }
            false => Err(format!("it should be told “{says}”, and is told: {sentences:?}\n{told}")),
        }
    });
}

#[test]
fn what_the_book_shows_of_wrong_answers_is_what_they_tell() {
    let answers: Vec<_> = answers().into_iter().filter(|answer| answer.in_the_book).collect();
    assert!(!answers.is_empty());
    each(&answers, |answer, program| {
        let run = process::run(answer.command(program)).expect("it starts");
        let name = answer.name.replace("/wrong/", ".wrong.");
        match desk::matches_snapshot(&name, &answer.name, transcript::exercise(&run.transcript)) {
            true => Ok(()),
            false => Err(format!("it tells something else than tests/snapshots/{name}.snap")),
        }
    });
}
