//! Lesson 11, with the learner's exercise.

mod exercise;

fn main() -> std::process::ExitCode {
    lesson11_deadlines::run(exercise::receive_within, exercise::connect_within)
}
