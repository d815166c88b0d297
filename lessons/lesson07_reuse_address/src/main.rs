//! Lesson 7, with the learner's exercise.

mod exercise;

fn main() -> std::process::ExitCode {
    lesson07_reuse_address::run(exercise::restartable_listener)
}
