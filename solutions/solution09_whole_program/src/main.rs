//! Lesson 9, with the exercise solved.

mod exercise;

fn main() -> std::process::ExitCode {
    lesson09_whole_program::run(exercise::serve_client, exercise::converse)
}
