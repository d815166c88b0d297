//! The grader is graded: every right answer passes, and every wrong one is told its own mistake.
//!
//! The answers are those of the package `answers`. A wrong one says on top what the grader has to say of it.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use grading::course;
use grading::process::Run;
use grading::{build, desk, process, transcript, verdict};

mod shared;
use shared::{Answer, answers};

/// Runs each answer once, as the grader does; several at a time, since most of them only wait.
fn run_all(answers: &[Answer], look: impl Fn(&Answer, &Run, Duration) -> Result<(), String> + Sync) {
    let built = build::build(&["answers".to_owned()]);
    let program = built.executable("answers").unwrap_or_else(|error| panic!("the answers do not compile: {error}"));
    let problems = Mutex::new(Vec::new());
    process::side_by_side(8, answers, |answer| {
        let begin = Instant::now();
        let run = process::run(answer.command(program)).expect("it starts");
        if let Err(problem) = look(answer, &run, begin.elapsed()) {
            problems.lock().expect("a list").push(format!("{}: {problem}", answer.name));
        }
    });
    let problems = problems.into_inner().expect("a list");
    assert!(problems.is_empty(), "{} of {}:\n{}", problems.len(), answers.len(), problems.join("\n\n"));
}

/// What the grader says of each of the lesson's functions.
fn sentences(answer: &Answer, run: &Run) -> Vec<String> {
    let expected = desk::expected(&answer.lesson, "exercise");
    let functions = answer.lesson.functions.iter();
    functions
        .filter_map(|function| verdict::compare(&function.name, run, &expected).err())
        .map(|failure| failure.sentence)
        .collect()
}

#[test]
fn every_right_answer_passes() {
    let answers: Vec<_> = answers().into_iter().filter(|answer| answer.says.is_none()).collect();
    for lesson in course::lessons() {
        let count = answers.iter().filter(|answer| answer.lesson.package == lesson.package).count();
        assert!(count >= 2, "{} has {count} right answers", lesson.package);
    }
    run_all(&answers, |answer, run, _| match sentences(answer, run).as_slice() {
        [] => Ok(()),
        sentences => Err(format!("it is right, and told: {}\n{}", sentences.join(" "), run.transcript)),
    });
}

#[test]
fn every_wrong_answer_is_told_its_own_mistake_in_time() {
    let answers: Vec<_> = answers().into_iter().filter(|answer| answer.says.is_some()).collect();
    for lesson in course::lessons() {
        let count = answers.iter().filter(|answer| answer.lesson.package == lesson.package).count();
        assert!(count >= 4, "{} has {count} wrong answers", lesson.package);
    }
    run_all(&answers, |answer, run, time| {
        let (sentences, says) = (sentences(answer, run), answer.says.as_deref().unwrap_or_default());
        if time > Duration::from_secs(10) {
            return Err(format!("it took {time:?}"));
        }
        match sentences.iter().any(|sentence| sentence.contains(says)) {
            true => Ok(()),
            // The step that would have shown it could not be shown, on a machine without IPv6.
            false if sentences.is_empty() && run.transcript.contains("   (skipped) ") => {
                println!("{}: skipped", answer.name);
                Ok(())
            }
            false => Err(format!("it should be told “{says}”, and is told: {sentences:?}\n{}", run.transcript)),
        }
    });
}

#[test]
fn what_the_book_shows_of_wrong_answers_is_what_they_tell() {
    let answers: Vec<_> = answers().into_iter().filter(|answer| answer.in_the_book).collect();
    assert!(!answers.is_empty());
    run_all(&answers, |answer, run, _| {
        let name = answer.name.replace("/wrong/", ".wrong.");
        match desk::matches_snapshot(&name, &answer.name, transcript::exercise(&run.transcript)) {
            true => Ok(()),
            false => Err(format!("it tells something else than tests/snapshots/{name}.snap")),
        }
    });
}
