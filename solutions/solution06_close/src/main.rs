//! Lesson 6, with the exercise solved.

mod exercise;

fn main() -> std::process::ExitCode {
    lesson06_close::run(exercise::finish)
}
