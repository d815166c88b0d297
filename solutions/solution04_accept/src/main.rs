//! Lesson 4, with the exercise solved.

mod exercise;

fn main() -> std::process::ExitCode {
    lesson04_accept::run(exercise::accept_clients, exercise::connect_to)
}
