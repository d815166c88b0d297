//! Lesson 8, with the exercise solved.

mod exercise;

fn main() -> std::process::ExitCode {
    lesson08_disconnect::run(exercise::echo_until_gone)
}
