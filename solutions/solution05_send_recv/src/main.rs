//! Lesson 5, with the exercise solved.

mod exercise;

fn main() -> std::process::ExitCode {
    lesson05_send_recv::run(exercise::send_all, exercise::receive_text)
}
