//! Every lesson and every solution: its flags, its exit codes, its colours, and that the screen tells the same story as
//! the transcript.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use grading::build::{self, Built};
use grading::course;

static BUILT: LazyLock<Built> = LazyLock::new(|| build::build(&programs()));

/// All lessons and solutions.
fn programs() -> Vec<String> {
    course::lessons().iter().flat_map(|lesson| [lesson.package.clone(), lesson.solution()]).collect()
}

fn program(package: &str) -> &'static Path {
    BUILT.executable(package).unwrap_or_else(|error| panic!("{package} does not compile: {error}"))
}

/// A run without anything in the environment that changes how it looks, in a UTF-8 locale.
fn command(package: &str) -> Command {
    let mut command = Command::new(program(package));
    command.env_clear().env("LANG", "C.UTF-8").stdin(Stdio::null());
    // Windows programs need these to start, and to open sockets.
    for name in ["SystemRoot", "PATH"] {
        command.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    command
}

fn run(package: &str, arguments: &[&str]) -> Output {
    command(package).args(arguments).output().expect("it starts")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("the story is UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn help_names_every_flag_and_exits_with_0() {
    for package in programs() {
        let output = run(&package, &["--help"]);
        assert_eq!(output.status.code(), Some(0), "{package}");
        for flag in ["--pause", "--exercise", "--hint", "--help"] {
            assert!(stdout(&output).contains(flag), "{package} --help does not name {flag}");
        }
    }
}

#[test]
fn a_wrong_flag_is_named_in_a_sentence_and_exits_with_2() {
    for package in programs() {
        for arguments in [&["--wrong"][..], &["exercise"], &["--hint", "0"], &["--hint", "99"], &["--hint", "x"]] {
            let output = run(&package, arguments);
            assert_eq!(output.status.code(), Some(2), "{package} {arguments:?}");
            assert!(output.stdout.is_empty(), "{package} {arguments:?} tells a story");
            let named = arguments.last().is_some_and(|last| stderr(&output).contains(last));
            assert!(named, "{package} {arguments:?} says: {}", stderr(&output));
            assert!(stderr(&output).contains("--help"), "{package} {arguments:?} does not say where to look");
        }
    }
}

#[test]
fn hints_come_one_at_a_time_and_each_leads_to_the_next() {
    for lesson in course::lessons() {
        let package = &lesson.package;
        let first = run(package, &["--hint"]);
        assert_eq!(first.stdout, run(package, &["--hint", "1"]).stdout);
        let mut count = 0;
        for number in 1.. {
            let output = run(package, &["--hint", &number.to_string()]);
            assert_eq!(output.status.code(), Some(0));
            count += 1;
            if !stdout(&output).contains(&format!("cargo run -p {package} -- --hint {}", number + 1)) {
                assert!(stdout(&output).contains("solutions/"), "the last hint of {package} names the solution");
                break;
            }
        }
        let functions = lesson.functions.len();
        assert!((2 * functions..=3 * functions).contains(&count), "{package} has {count} hints");
    }
}

#[test]
fn exercise_skips_the_walkthrough() {
    for package in programs() {
        let (whole, exercise) = (stdout(&run(&package, &[])), stdout(&run(&package, &["--exercise"])));
        assert!(whole.contains("\n   ?  "), "{package} asks for no prediction");
        assert!(!exercise.contains("\n   ?  "), "{package} --exercise tells the walkthrough");
        assert!(exercise.contains("\nYour turn · "), "{package} --exercise tells no exercise");
    }
}

#[test]
fn a_solution_and_an_untouched_lesson_exit_with_0() {
    for lesson in course::lessons() {
        let output = run(&lesson.solution(), &[]);
        assert_eq!(output.status.code(), Some(0), "{}:\n{}", lesson.solution(), stdout(&output));
        assert_eq!(stderr(&output), "");
        assert!(lesson.is_untouched(), "these tests want a clean checkout: {} was begun", lesson.package);
        let output = run(&lesson.package, &[]);
        assert_eq!(output.status.code(), Some(0), "{}:\n{}", lesson.package, stdout(&output));
        assert!(stdout(&output).contains(&lesson.place()), "{} says the file and the line", lesson.package);
        assert!(stdout(&output).contains("-- --hint"), "{} says how to get a hint", lesson.package);
    }
}

#[test]
fn a_walkthrough_fits_a_terminal() {
    for lesson in course::lessons() {
        let story = stdout(&run(&lesson.solution(), &[]));
        let walkthrough = story.split("\nYour turn · ").next().unwrap_or_default();
        let lines = walkthrough.lines().count();
        assert!(lines <= 66, "the walkthrough of {} has {lines} lines", lesson.package);
        for line in story.lines().filter(|line| !line.starts_with("      git diff")) {
            let width = textwrap::core::display_width(line);
            assert!(width <= 78, "{width} columns in {}: {line}", lesson.package);
        }
    }
}

#[test]
fn output_into_a_closed_pipe_ends_quietly() {
    for package in programs() {
        let mut child = command(&package).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(0), "{package}");
        assert_eq!(stderr(&output), "", "{package}");
    }
}

#[test]
fn colour_is_for_terminals_and_for_who_asks_for_it() {
    let coloured = |variables: &[(&str, &str)]| {
        let output = command("solution04_accept").envs(variables.iter().copied()).output().expect("it starts");
        stdout(&output).contains('\u{1b}')
    };
    assert!(!coloured(&[]), "a pipe is no terminal");
    assert!(coloured(&[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&[("NO_COLOR", "1")]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "0")]));
    // As colored decides it.
    assert!(coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
}

#[test]
fn a_dumb_terminal_and_a_locale_that_is_not_utf8_get_plain_ascii() {
    for package in programs() {
        for variables in [[("TERM", "dumb"), ("LANG", "C.UTF-8")], [("LC_ALL", "C"), ("LANG", "C.UTF-8")]] {
            let output = command(&package).envs(variables).output().expect("it starts");
            assert!(output.stdout.is_ascii(), "{package} with {variables:?}");
        }
    }
}

/// Runs a program with lines on its standard input.
fn typed(package: &str, arguments: &[&str], input: &str) -> Output {
    let mut child = command(package)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    // A run that has left already reads no more.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    child.wait_with_output().expect("it ends")
}

#[test]
fn pause_waits_after_each_step_and_names_the_command_that_shows_it() {
    let output = typed("solution04_accept", &["--pause"], &"\n".repeat(60));
    let story = stdout(&output);
    assert_eq!(output.status.code(), Some(0));
    assert!(story.matches("Enter: go on").count() >= 7, "{story}");
    assert!(story.contains("   Next: A client connects."), "{story}");
    assert!(story.contains("   Next: Your turn: accept_clients"), "{story}");
    assert!(story.matches("Your guess, then Enter:").count() >= 3, "{story}");
    if cfg!(target_os = "linux") {
        assert!(story.contains("ss -tan"), "{story}");
        assert!(stdout(&typed("solution01_create", &["--pause"], "\n")).contains("ls -l /proc/"));
    }
}

#[test]
fn pause_without_input_is_a_plain_run_and_q_leaves() {
    for package in programs() {
        let output = typed(&package, &["--pause"], "");
        assert_eq!(output.status.code(), Some(0), "{package}");
        assert!(stdout(&output).contains("\nYour turn · "), "{package}");
        let output = typed(&package, &["--pause"], &("\n".repeat(1) + &"q\n".repeat(9)));
        assert_eq!(output.status.code(), Some(0), "{package}");
        assert!(!stdout(&output).contains("\nYour turn · "), "{package} goes on after q");
    }
}

/// Line by line and word by word; only where the screen shows an address or an amount, the transcript has a name for it.
#[test]
fn the_screen_tells_the_same_story_as_the_transcript() {
    for lesson in course::lessons() {
        let folder = tempfile::tempdir().expect("a folder");
        let path: PathBuf = folder.path().join("transcript");
        let output = command(&lesson.solution()).env("LESSON_TRANSCRIPT", &path).output().expect("it starts");
        let (screen, transcript) = (stdout(&output), fs::read_to_string(&path).expect("it was written"));
        assert_eq!(screen.lines().count(), transcript.lines().count(), "{}:\n{screen}\n{transcript}", lesson.package);
        for (shown, told) in screen.lines().zip(transcript.lines()) {
            same_line(shown, told).unwrap_or_else(|why| panic!("{}: {why}\n{shown}\n{told}", lesson.package));
        }
    }
}

fn same_line(shown: &str, told: &str) -> Result<(), String> {
    let words = |line: &str| -> Vec<String> {
        let apart = |letter: char| letter.is_whitespace() || "()[],".contains(letter);
        line.split(apart).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let (shown, told) = (words(shown), words(told));
    if shown.len() != told.len() {
        return Err("not the same number of words".to_owned());
    }
    let varies = |word: &str| word.contains(|letter: char| letter.is_ascii_digit());
    match shown.iter().zip(&told).find(|(shown, told)| shown != told && !varies(shown)) {
        Some((shown, told)) => Err(format!("`{shown}` is `{told}`")),
        None => Ok(()),
    }
}
