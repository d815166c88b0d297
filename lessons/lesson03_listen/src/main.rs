//! Lesson 3, with the learner's exercise.

mod exercise;

fn main() -> std::process::ExitCode {
    lesson03_listen::run(exercise::open_listener)
}
