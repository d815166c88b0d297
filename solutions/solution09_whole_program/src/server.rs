//! The server, for a terminal of its own.

#[allow(dead_code, reason = "the server has no use for the client's half")]
mod exercise;

fn main() -> std::process::ExitCode {
    lesson09_whole_program::programs::server(exercise::serve_client)
}
