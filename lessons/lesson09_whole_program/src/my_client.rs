//! The client, for a terminal of its own.

#[allow(dead_code, reason = "the client has no use for the server's half")]
mod exercise;

fn main() -> std::process::ExitCode {
    lesson09_whole_program::programs::client(exercise::converse)
}
