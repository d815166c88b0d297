//! Lesson 6, with the learner's exercise.

mod exercise;

fn main() -> std::process::ExitCode {
    lesson06_close::run(exercise::finish)
}
