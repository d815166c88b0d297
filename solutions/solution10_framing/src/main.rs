//! Lesson 10, with the exercise solved.

mod exercise;

fn main() -> std::process::ExitCode {
    lesson10_framing::run(exercise::read_frame, exercise::next_line)
}
