//! Right and wrong answers to the exercises, by which the grader is graded.
//!
//! `cargo run -p answers -- lesson04_accept/wrong/only_one --exercise` runs a lesson with one of them. What a learner got
//! wrong stands on top of each, and after `says:` what the grader has to say of it.

// They are a learner's: not documented, and not always as a reviewer would want them.
#![allow(missing_docs, clippy::all, rustdoc::all)]

use std::env;
use std::process::{Command, ExitCode};

/// The modules of a lesson's answers, and the choice of one by its name: `right/NAME` or `wrong/NAME`.
macro_rules! answers {
    ($lesson:ident $functions:tt right { $($right:ident)* } wrong { $($wrong:ident)* }) => {
        mod right { $(pub mod $right;)* }
        mod wrong { $(pub mod $wrong;)* }

        pub fn run(name: &str) -> Option<std::process::ExitCode> {
            $(if name == concat!("right/", stringify!($right)) {
                return Some(call!($lesson right $right $functions));
            })*
            $(if name == concat!("wrong/", stringify!($wrong)) {
                return Some(call!($lesson wrong $wrong $functions));
            })*
            None
        }
    };
}

/// A lesson's run with the functions of one answer.
macro_rules! call {
    ($lesson:ident $kind:ident $answer:ident ($($function:ident),+)) => {
        $lesson::run($($kind::$answer::$function),+)
    };
}

mod lesson01;
mod lesson02;
mod lesson03;
mod lesson04;
mod lesson05;
mod lesson06;
mod lesson07;
mod lesson08;
mod lesson09;
mod lesson10;
mod lesson11;

/// The answer's name, for the process that is the lesson: that one's arguments are the lesson's own.
const ANSWER: &str = "COURSE_ANSWER";

fn main() -> ExitCode {
    let Ok(answer) = env::var(ANSWER) else { return start() };
    let run = match answer.split_once('/') {
        Some(("lesson01_create", name)) => lesson01::run(name),
        Some(("lesson02_bind", name)) => lesson02::run(name),
        Some(("lesson03_listen", name)) => lesson03::run(name),
        Some(("lesson04_accept", name)) => lesson04::run(name),
        Some(("lesson05_send_recv", name)) => lesson05::run(name),
        Some(("lesson06_close", name)) => lesson06::run(name),
        Some(("lesson07_reuse_address", name)) => lesson07::run(name),
        Some(("lesson08_disconnect", name)) => lesson08::run(name),
        Some(("lesson09_whole_program", name)) => lesson09::run(name),
        Some(("lesson10_framing", name)) => lesson10::run(name),
        Some(("lesson11_deadlines", name)) => lesson11::run(name),
        _ => None,
    };
    run.unwrap_or_else(|| refuse(&answer))
}

/// The first argument names the answer, the others are the lesson's.
fn start() -> ExitCode {
    let mut arguments = env::args_os().skip(1);
    let Some(answer) = arguments.next() else { return refuse("") };
    let program = env::current_exe().expect("a running program knows where it lies");
    let status = Command::new(program).env(ANSWER, answer).args(arguments).status();
    let code = status.ok().and_then(|status| status.code());
    code.and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
}

fn refuse(answer: &str) -> ExitCode {
    eprintln!("There is no answer `{answer}`. Their names are those of the files in tests/answers/src.");
    ExitCode::from(2)
}
