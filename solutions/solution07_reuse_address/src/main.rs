//! Lesson 7, with the exercise solved.

mod exercise;

fn main() -> std::process::ExitCode {
    lesson07_reuse_address::run(exercise::restartable_listener)
}
