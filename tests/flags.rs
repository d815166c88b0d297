//! Every lesson and every solution: its flags, its exit codes, its colours, and that the screen tells the same story as
//! the transcript. And the grader's own flags.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use grading::build::{self, Built};
use grading::course;
use grading::desk::SELF_CHECK;
use grading::harness::{self, Options, Test};
use tinyjson::JsonValue;

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
        for flag in ["--pause", "--wire", "--pcap", "--exercise", "--hint", "--help"] {
            assert!(stdout(&output).contains(flag), "{package} --help does not name {flag}");
        }
    }
}

#[test]
fn a_wrong_flag_is_named_in_a_sentence_and_exits_with_2() {
    for package in programs() {
        for arguments in [
            &["--wrong"][..],
            &["exercise"],
            &["--hint", "0"],
            &["--hint", "99"],
            &["--hint", "x"],
            &["--exercise", "nobody"],
        ] {
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
fn one_function_of_the_exercise_runs_alone() {
    for lesson in course::lessons() {
        for function in &lesson.functions {
            let story = stdout(&run(&lesson.solution(), &["--exercise", &function.name]));
            let turns: Vec<_> = story.lines().filter_map(|line| line.strip_prefix("Your turn · ")).collect();
            assert_eq!(turns, [function.name.as_str()], "{}", lesson.package);
            assert!(story.contains("\n1 of 1 function solved\n"), "{story}");
            assert_eq!(story.contains("What you proved: "), lesson.functions.len() == 1, "{story}");
        }
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
fn pause_answers_the_guess_that_was_typed_and_an_empty_one() {
    // Two steps without a question, then three guesses at the first one: none of the answers, a wrong one.
    let story = stdout(&typed("solution04_accept", &["--pause"], "\n\nx\nA\n\n\n"));
    assert!(story.contains("That is none of the answers: type a or b or c"), "{story}");
    assert!(story.contains("      Not so: accept is between"), "{story}");
    assert!(
        story.contains("\n      b) 5 bytes: the connection is there already"),
        "it is told after the step: {story}"
    );
    assert!(story.contains("      No guess: then watch what happens."), "{story}");
    // A right one, by its words; its reason is told once.
    let story = stdout(&typed("solution04_accept", &["--pause"], "\n\n5 bytes\n"));
    assert!(story.contains("      Right: the connection is there already"), "{story}");
    assert!(story.contains("\n      b) 5 bytes, as you said.\n"), "{story}");
    assert_eq!(story.matches("the connection is there already").count(), 1, "{story}");
}

/// A socket that neither listens nor is connected is in no table: then, and only then, the story says so.
#[test]
#[cfg(target_os = "linux")]
fn pause_names_the_table_where_it_shows_the_socket_and_keeps_its_header() {
    for lesson in course::lessons() {
        let story = stdout(&typed(&lesson.solution(), &["--pause"], &"\n".repeat(99)));
        for look in story.split("Look for yourself").skip(1) {
            let command = look.lines().nth(1).unwrap_or_default();
            let shown = command.starts_with("   ss -tan | grep -E 'State|:");
            let descriptors = command.starts_with("   ls -l /proc/") && look.contains("so ss shows none");
            assert!(shown != descriptors, "{}: {look}", lesson.package);
        }
    }
    let story = stdout(&typed("solution02_bind", &["--pause"], &"\n".repeat(99)));
    let (bound, connected) = story.split_once("A client does not bind").map_or((story.as_str(), ""), |parts| parts);
    assert!(!bound.contains("ss -tan"), "nothing listens yet: {bound}");
    assert!(connected.contains("ss -tan"), "a client is connected: {connected}");
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

#[test]
fn the_header_names_the_chapter_and_every_end_the_next_command_and_chapter() {
    let lessons = course::lessons();
    for (at, lesson) in lessons.iter().enumerate() {
        let (package, chapter) = (&lesson.package, format!("hapter {} of the book", lesson.number()));
        let (solved, untouched) = (stdout(&run(&lesson.solution(), &[])), stdout(&run(package, &[])));
        for story in [&solved, &untouched] {
            let header = story.lines().take(2).collect::<String>();
            assert!(header.contains(&format!("C{chapter}")), "{package}: {header}");
        }
        let end = |story: &str| story.rsplit_once(" solved\n").map(|(_, end)| end.to_owned()).unwrap_or_default();
        let untouched = end(&untouched);
        assert!(
            untouched.contains(&chapter) && untouched.contains(&format!("cargo test -p {package}\n")),
            "{untouched}"
        );
        let solved = end(&solved);
        match lessons.get(at + 1) {
            Some(next) => {
                assert!(solved.contains(&format!("hapter {} of the book", next.number())), "{solved}");
                assert!(solved.contains(&format!("cargo run -p {} -- --pause\n", next.package)), "{solved}");
            }
            None => {
                let chapter = format!("chapter {} of the book, From an empty file", lesson.number() + 1);
                assert!(solved.contains(&chapter), "{solved}");
            }
        }
        assert!(stdout(&run(package, &["--hint"])).contains(&chapter), "{package}: a hint names the chapter");
    }
}

#[test]
fn the_solution_gives_the_same_hints_and_goes_on_giving_them() {
    for lesson in course::lessons() {
        let (hint, same) = (stdout(&run(&lesson.package, &["--hint"])), stdout(&run(&lesson.solution(), &["--hint"])));
        let next = |program: &str| format!("cargo run -p {program} -- --hint 2");
        assert!(same.contains(&next(&lesson.solution())), "{same}");
        assert_eq!(hint.replace(&next(&lesson.package), ""), same.replace(&next(&lesson.solution()), ""));
    }
}

/// `cargo run` alone.
fn standing(arguments: &[&str]) -> Output {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["run", "--quiet", "--"]).args(arguments).current_dir(course::root());
    cargo.output().expect("cargo starts")
}

#[test]
fn cargo_run_alone_says_where_you_stand_in_the_graders_last_lines() {
    let output = standing(&[]);
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
    let graded = stdout(&cargo_test(&[]));
    let last = graded.find("Where you stand").map(|at| &graded[at..]);
    assert_eq!(Some(stdout(&output).as_str()), last);
    for wanted in ["0 of 10 lessons solved", "chapter 1 of the book", "cargo run -p lesson01_create -- --pause"] {
        assert!(stdout(&output).contains(wanted), "{wanted}: {}", stdout(&output));
    }
    let output = standing(&["lesson04_accept"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("`cargo run -p lesson04_accept`"), "{}", stderr(&output));
}

/// `cargo test` with flags for the grader.
fn cargo_test(flags: &[&str]) -> Output {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["test", "--quiet", "--"]).args(flags).current_dir(course::root());
    cargo.output().expect("cargo starts")
}

/// All that the grader grades, by name.
fn names() -> Vec<String> {
    let functions = course::lessons().into_iter().flat_map(|lesson| {
        let package = lesson.package;
        lesson.functions.into_iter().map(move |function| format!("{package}::{}", function.name))
    });
    functions.collect()
}

#[test]
fn the_grader_lists_what_the_flags_choose_and_nothing_else() {
    let list = |flags: &[&str]| {
        let output = cargo_test(&[&["--list", "--format", "terse"], flags].concat());
        assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
        stdout(&output).lines().map(|line| line.strip_suffix(": test").expect(line).to_owned()).collect::<Vec<_>>()
    };
    let (functions, itself) = (names(), vec![SELF_CHECK.to_owned()]);
    assert_eq!(list(&[]), [functions.clone(), itself.clone()].concat());
    assert_eq!(list(&["--ignored"]), functions, "these tests want a clean checkout");
    assert_eq!(list(&["--skip", "lesson"]), itself);
    let accept: Vec<_> = functions.iter().filter(|name| name.contains("lesson04")).cloned().collect();
    assert_eq!(list(&["lesson04", "--include-ignored"]), accept);
    assert_eq!(list(&["--exact", "lesson04"]), Vec::<String>::new());
    assert_eq!(list(&["--exact", &accept[0], SELF_CHECK]), [vec![accept[0].clone()], itself].concat());
}

#[test]
fn the_grader_runs_what_the_flags_choose() {
    let output = cargo_test(&["--exact", "--include-ignored", "--nocapture", "lesson01_create::socket_for"]);
    assert_eq!(output.status.code(), Some(101));
    let filtered_out = names().len();
    assert!(stdout(&output).contains(&format!("0 passed; 1 failed; 0 ignored; {filtered_out} filtered out")));
    assert!(stdout(&output).contains("\n---- lesson01_create::socket_for ----\nsocket_for is not started: "));
    assert!(stdout(&output).contains("\n  01 create         0 of 1 solved\n"));
    assert!(
        !stdout(&output).contains("02 bind") && !stdout(&output).contains("lessons solved"),
        "nobody asked for these"
    );

    let output = cargo_test(&["lesson01", "lesson02", "--test-threads", "1", "--color", "always"]);
    assert_eq!(output.status.code(), Some(0));
    let ignored = stdout(&output).matches("\u{1b}[33mignored, not started\u{1b}[0m").count();
    assert_eq!(ignored, 2, "{}", stdout(&output));
    assert!(!stdout(&cargo_test(&["lesson01"])).contains('\u{1b}'), "a pipe is no terminal");
    assert!(stdout(&cargo_test(&["lesson01", "-q"])).contains("\nrunning 1 test\ni\n"));
    assert!(stdout(&cargo_test(&["leson01"])).contains("\nNothing was chosen. "));
}

#[test]
fn the_grader_prints_in_the_order_of_the_lessons() {
    let printed = stdout(&cargo_test(&["--format", "pretty"]));
    let lines = printed.lines().filter_map(|line| line.strip_prefix("test ")?.split_once(" ... "));
    let printed: Vec<_> = lines.map(|(name, word)| (name.trim_end().to_owned(), word.to_owned())).collect();
    let mut expected: Vec<_> = names().into_iter().map(|name| (name, "ignored, not started".to_owned())).collect();
    expected.push((SELF_CHECK.to_owned(), "ok".to_owned()));
    assert_eq!(printed, expected);
}

#[test]
fn the_grader_tells_json_an_event_a_line() {
    let output = cargo_test(&["--format=json", "--skip", SELF_CHECK]);
    let events: Vec<_> = stdout(&output).lines().map(|line| line.parse::<JsonValue>().expect(line)).collect();
    let text = |event: &JsonValue, key: &str| match event {
        JsonValue::Object(event) => event.get(key).and_then(|value| value.get::<String>()).cloned(),
        _ => None,
    };
    let mut told: Vec<_> =
        events.iter().filter_map(|event| Some((text(event, "name")?, text(event, "event")?))).collect();
    told.sort();
    let mut expected: Vec<_> = names().into_iter().map(|name| (name, "ignored".to_owned())).collect();
    expected.sort();
    assert_eq!(told, expected);
    let of_the_suite = [events.first(), events.last()].map(|event| text(event.expect("an event"), "event"));
    assert_eq!(of_the_suite, [Some("started".to_owned()), Some("ok".to_owned())]);
}

#[test]
fn the_grader_minds_no_closed_pipe() {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["test", "--quiet", "--", "lesson01"]).current_dir(course::root());
    let mut child = cargo.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("cargo starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
}

#[test]
fn the_grader_names_a_wrong_flag_and_where_to_look() {
    for flags in [&["--wrong"][..], &["--format", "xml"], &["--test-threads", "0"], &["--color", "red"], &["--skip"]] {
        let output = cargo_test(flags);
        assert_eq!(output.status.code(), Some(101), "{flags:?}");
        assert_eq!(stdout(&output), "", "{flags:?}");
        let named = flags.iter().any(|flag| stderr(&output).contains(flag));
        assert!(named && stderr(&output).contains("cargo test -- --help"), "{flags:?}: {}", stderr(&output));
    }
    let output = cargo_test(&["--help"]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), harness::HELP.to_owned()));
}

#[test]
fn a_test_that_panics_has_failed_and_the_others_run() {
    let options = Options::parse(lexopt::Parser::from_args(["--test-threads=1"])).expect("flags").expect("a run");
    let ran = AtomicBool::new(false);
    let tests = [
        Test { name: "panics".to_owned(), ignored: None, run: Box::new(|| panic!("on purpose")) },
        Test {
            name: "follows".to_owned(),
            ignored: None,
            run: Box::new(|| {
                ran.store(true, Ordering::Relaxed);
                Ok(())
            }),
        },
    ];
    assert!(!harness::run(&options, &tests));
    assert!(ran.load(Ordering::Relaxed));
    assert!(harness::run(&options, &tests[1..]));
}
