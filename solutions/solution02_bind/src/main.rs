//! Lesson 2, with the exercise solved.

mod exercise;

fn main() -> std::process::ExitCode {
    lesson02_bind::run(exercise::bind_first_free)
}
