//! The grader is graded: every right answer passes, and every wrong one is told its own mistake.
//!
//! The answers are those of the package `answers`. A wrong one says on top what the grader has to say of it.

use std::fs;
use std::process::Command;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use grading::course::{self, Lesson};
use grading::process::Run;
use grading::{build, desk, process, verdict};

/// One answer to a lesson's exercise.
struct Answer {
    lesson: Lesson,
    /// As the program takes it: `lesson04_accept/wrong/only_one`.
    name: String,
    /// What the grader has to say of a wrong one.
    says: Option<String>,
}

fn answers() -> Vec<Answer> {
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
                answers.push(Answer {
                    lesson: lesson.clone(),
                    name: format!("{}/{kind}/{stem}", lesson.package),
                    says,
                });
            }
        }
    }
    answers
}

/// Runs each answer once, as the grader does; several at a time, since most of them only wait.
fn run_all(answers: &[Answer], look: impl Fn(&Answer, &Run, Duration) -> Result<(), String> + Sync) {
    let built = build::build(&["answers".to_owned()]);
    let program = built.executable("answers").unwrap_or_else(|error| panic!("the answers do not compile: {error}"));
    let (work, problems) = (Mutex::new(answers.iter()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                loop {
                    let next = work.lock().expect("a list").next();
                    let Some(answer) = next else { break };
                    let mut command = Command::new(program);
                    command.env("COURSE_ANSWER", &answer.name).arg("--exercise");
                    let begin = Instant::now();
                    let run = process::run(command).expect("it starts");
                    if let Err(problem) = look(answer, &run, begin.elapsed()) {
                        problems.lock().expect("a list").push(format!("{}: {problem}", answer.name));
                    }
                }
            });
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
            false => Err(format!("it should be told “{says}”, and is told: {sentences:?}\n{}", run.transcript)),
        }
    });
}
