//! Lesson 4, with the learner's exercise.

mod exercise;

fn main() -> std::process::ExitCode {
    lesson04_accept::run(exercise::accept_clients, exercise::connect_to)
}
