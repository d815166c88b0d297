//! `cargo test -p lessonNN_topic`: grades that lesson and nothing else. Each lesson's manifest points here.

fn main() -> std::process::ExitCode {
    let program = env!(concat!("CARGO_BIN_EXE_", env!("CARGO_PKG_NAME")));
    grading::grade_lesson(env!("CARGO_PKG_NAME"), program.as_ref(), env!("CARGO_TARGET_TMPDIR").as_ref())
}
