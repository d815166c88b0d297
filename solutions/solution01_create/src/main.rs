//! Lesson 1, with the exercise solved.

mod exercise;

fn main() -> std::process::ExitCode {
    lesson01_create::run(exercise::socket_for)
}
