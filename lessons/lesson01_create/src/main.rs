//! Lesson 1, with the learner's exercise.

mod exercise;

fn main() -> std::process::ExitCode {
    lesson01_create::run(exercise::socket_for)
}
