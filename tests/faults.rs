//! What a learner can do to the grader: for each fault the verdict is clear, comes in time, and costs no other lesson its
//! grade. Each test grades a copy of the course in which the learner's file is a faulty one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Output};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use grading::course;

/// One copy for all tests, and so one test at a time: what it compiled once need not be compiled again.
static COPY: Mutex<()> = Mutex::new(());

struct Course {
    root: PathBuf,
    _alone: MutexGuard<'static, ()>,
}

/// What a grading said, and how long it took.
struct Graded {
    output: Output,
    text: String,
    time: Duration,
}

impl Course {
    /// The course as it lies here, with every exercise untouched.
    fn untouched() -> Self {
        Self::untouched_in("faults")
    }

    fn untouched_in(folder: &str) -> Self {
        let alone = COPY.lock().unwrap_or_else(PoisonError::into_inner);
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
        for entry in ["lessons", "solutions", "tests", "book/snippets", ".cargo", "Cargo.toml", "Cargo.lock"] {
            copy(&course::root().join(entry), &root.join(entry));
        }
        Self { root, _alone: alone }
    }

    fn exercise(&self, package: &str) -> PathBuf {
        self.root.join("lessons").join(package).join("src/exercise.rs")
    }

    /// All lessons are solved but lesson 4, in which the learner's function begins with this code.
    fn with_fault(code: &str) -> Self {
        let copy = Self::solved();
        copy.solve(ACCEPT, FIRST_LINE, &format!("{FIRST_LINE} {code}"));
        copy
    }

    /// All lessons are solved.
    fn solved() -> Self {
        let copy = Self::untouched();
        for lesson in course::lessons() {
            copy.solve(&lesson.package, "", "");
        }
        copy
    }

    /// The learner's file is the solution's, with one text replaced.
    fn solve(&self, package: &str, from: &str, to: &str) {
        let solution = self.root.join("solutions").join(package.replace("lesson", "solution")).join("src/exercise.rs");
        let source = fs::read_to_string(solution).expect("a solution");
        assert!(source.contains(from), "the solution of {package} does not have `{from}`");
        fs::write(self.exercise(package), source.replacen(from, to, 1)).expect("the file can be written");
    }

    fn cargo(&self, arguments: &[&str]) -> Graded {
        self.cargo_with(arguments, &[])
    }

    fn cargo_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Graded {
        let before = self.learners_files();
        let begin = Instant::now();
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(arguments).current_dir(&self.root).env_remove("CARGO_TARGET_DIR").env_remove("INSTA_UPDATE");
        cargo.envs(variables.iter().copied());
        // Whatever the grading starts inherits it.
        let mark = format!("{}/{begin:?}", process::id());
        cargo.env("FAULTS", &mark);
        let output = cargo.output().expect("cargo starts");
        wait_until_none_is_left(&mark);
        let text = [&output.stdout[..], &output.stderr].map(String::from_utf8_lossy).concat();
        let time = begin.elapsed();
        // A file is the learner's: what is there is as it was. (An exercise may have deleted its own.)
        for (path, content) in self.learners_files() {
            assert_eq!(before.get(&path), Some(&content), "{} was touched", path.display());
        }
        Graded { output, text, time }
    }

    fn learners_files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let paths = course::lessons().into_iter().map(|lesson| self.exercise(&lesson.package));
        paths.filter_map(|path| Some((path.clone(), fs::read(path).ok()?))).collect()
    }

    fn grade(&self, package: &str) -> Graded {
        self.cargo(&["test", "--quiet", "--package", package])
    }

    /// Grades the whole course, in which only lesson 4 may be wrong: every other lesson gets its grade, in time.
    #[track_caller]
    fn grade_all(&self) -> Graded {
        // Compiled before, so that the time is the grader's own.
        self.cargo(&["test", "--quiet", "--no-run"]);
        let lessons = course::lessons();
        let packages = lessons.iter().flat_map(|lesson| ["--package".to_owned(), lesson.package.clone()]);
        let solutions = lessons.iter().flat_map(|lesson| ["--package".to_owned(), lesson.solution()]);
        let packages: Vec<_> = packages.chain(solutions).collect();
        let flags = ["build", "--quiet", "--keep-going"].into_iter().chain(packages.iter().map(String::as_str));
        self.cargo(&flags.collect::<Vec<_>>());
        let graded = self.cargo(&["test", "--quiet"]);
        for lesson in lessons.iter().filter(|lesson| lesson.package != ACCEPT) {
            graded.says(&format!("{} solved", lesson.title()));
        }
        assert!(graded.time < Duration::from_secs(10), "it took {:?}:\n{}", graded.time, graded.text);
        graded
    }
}

impl Graded {
    #[track_caller]
    fn says(&self, sentence: &str) -> &Self {
        // Lines are wrapped where the learner's own story is quoted.
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words(&self.text).contains(&words(sentence)), "it does not say: {sentence}\n{}", self.text);
        self
    }

    #[track_caller]
    fn does_not_say(&self, sentence: &str) -> &Self {
        assert!(!self.text.contains(sentence), "it says: {sentence}\n{}", self.text);
        self
    }

    #[track_caller]
    fn fails(&self) -> &Self {
        assert!(!self.output.status.success(), "it passes:\n{}", self.text);
        self
    }

    #[track_caller]
    fn passes(&self) -> &Self {
        assert!(self.output.status.success(), "it fails:\n{}", self.text);
        self
    }
}

/// The names of the processes that inherited the mark.
fn marked(mark: &str) -> Vec<String> {
    let mark = format!("FAULTS={mark}");
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten().map(|entry| entry.path());
    let inherited = |path: &PathBuf| {
        let environment = fs::read(path.join("environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes())
    };
    processes.filter(inherited).map(|path| fs::read_to_string(path.join("comm")).unwrap_or_default()).collect()
}

/// No process that inherited the mark is left, and so no socket: what listens, waits or is connected has an owner.
fn wait_until_none_is_left(mark: &str) {
    // One that was killed needs a moment to be gone.
    let deadline = Instant::now() + Duration::from_secs(5);
    while !marked(mark).is_empty() {
        assert!(Instant::now() < deadline, "these live on: {:?}", marked(mark));
        std::thread::yield_now();
    }
}

/// Copies what changed, so that cargo sees nothing new where nothing is new.
fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("a folder");
        for entry in fs::read_dir(from).expect("a folder") {
            let name = entry.expect("an entry").file_name();
            copy(&from.join(&name), &to.join(&name));
        }
    } else {
        let source = fs::read(from).expect("a file");
        if fs::read(to).ok().as_ref() != Some(&source) {
            fs::write(to, source).expect("the file can be written");
        }
    }
}

const ACCEPT: &str = "lesson04_accept";
const FIRST_LINE: &str = "let mut clients = Vec::new();";

#[test]
fn a_fresh_clone_passes_with_every_function_not_started() {
    let graded = Course::untouched().cargo(&["test", "--quiet"]);
    let lessons = course::lessons();
    let functions: usize = lessons.iter().map(|lesson| lesson.functions.len()).sum();
    graded.passes().says(&format!("1 passed; 0 failed; {functions} ignored"));
    graded.says(&format!("0 of {} lessons solved", lessons.len())).says(&lessons[0].place());
}

#[test]
fn not_started_is_a_failure_for_who_asks_for_all() {
    let graded = Course::untouched().cargo(&["test", "--quiet", "--package", ACCEPT, "--", "--include-ignored"]);
    graded.fails().says("accept_clients is not started: lessons/lesson04_accept/src/exercise.rs:");
    let lines = graded
        .text
        .lines()
        .filter(|line| line.contains(" is not started: "))
        .collect::<std::collections::BTreeSet<_>>();
    assert!(lines.len() >= 2, "each function has a line of its own: {lines:?}");
}

#[test]
fn an_untouched_lesson_graded_alone_says_where_to_begin() {
    let graded = Course::untouched().grade(ACCEPT);
    graded.passes().says("04 accept not started").says("then begin in lessons/lesson04_accept/src/exercise.rs:");
}

#[test]
fn a_solutions_exercise_in_its_lesson_passes_and_says_what_it_proved() {
    let copy = Course::untouched();
    for lesson in course::lessons() {
        copy.solve(&lesson.package, "", "");
        let graded = copy.grade(&lesson.package);
        graded.passes().says("What you proved:").says("git diff --no-index").says("In your own words:");
        graded.does_not_say("not started");
    }
    let graded = copy.cargo(&["test", "--quiet"]);
    let count = course::lessons().len();
    graded.passes().says(&format!("{count} of {count} lessons solved"));
}

#[test]
fn one_function_of_two_is_graded_while_the_other_is_not_started() {
    let copy = Course::untouched();
    let untouched = fs::read_to_string(copy.exercise(ACCEPT)).expect("an exercise");
    let body = "let client = Socket::new(socket2::Domain::for_address(server), socket2::Type::STREAM, None)?;
        client.connect(&server.into())?; Ok(client)";
    fs::write(copy.exercise(ACCEPT), untouched.replace("your_turn!(server)", body)).expect("written");
    let graded = copy.grade(ACCEPT);
    graded.passes().says("1 passed; 0 failed; 1 ignored").says("1 of 2 solved");
}

#[test]
fn a_mention_of_your_turn_is_no_reason_to_ignore_a_function() {
    let copy = Course::untouched();
    copy.solve(
        ACCEPT,
        FIRST_LINE,
        "let mut clients = Vec::new(); // your_turn!(listener, count)\n let _ = \"your_turn!()\";",
    );
    copy.grade(ACCEPT).passes().says("2 passed; 0 failed; 0 ignored");
}

#[test]
fn a_function_that_has_more_than_your_turn_is_graded() {
    Course::with_fault("if count > 1_000_000 { return narrator::your_turn!(listener); }").grade_all().passes();
    let graded = Course::with_fault("if count == 110 { return narrator::your_turn!(listener); }").grade_all();
    graded
        .fails()
        .says("accept_clients came to a `your_turn!` that still waits for your code, in lessons/lesson04_accept");
}

#[test]
fn a_failure_tells_its_verdict_once() {
    let faults = [
        ("let count = count.min(100);", "take as many clients as it says, however many"),
        ("panic!(\"what now?\");", "what now?"),
        ("let clients = ();;) ", "lesson04_accept does not compile"),
        ("std::process::exit(0);", "something called `std::process::exit`"),
    ];
    for (fault, sentence) in faults {
        let copy = Course::with_fault(fault);
        for graded in [copy.grade(ACCEPT), copy.cargo(&["test", "--quiet"])] {
            let text = graded.text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(text.matches(sentence).count(), 1, "{sentence}: {}", graded.text);
            graded.does_not_say("bin/../");
        }
    }
}

/// Lesson 9 has three programs, each with the learner's file as a module.
#[test]
fn the_learners_file_has_one_name_in_every_program() {
    let copy = Course::solved();
    copy.solve(
        "lesson09_whole_program",
        "let mut answer = Vec::new();",
        "let mut answer = Vec::new(); let _: u8 = ();",
    );
    let refused = copy.cargo(&["build", "--package", "lesson09_whole_program"]);
    refused.fails().says("lessons/lesson09_whole_program/src/exercise.rs:").does_not_say("/../");
    copy.grade("lesson09_whole_program").fails().says("mismatched types").does_not_say("/../");
}

#[cfg(target_os = "linux")]
#[test]
fn a_thread_that_holds_stdout_hangs_nothing() {
    let holds = "std::thread::spawn(|| { let _lock = io::stdout().lock(); loop { std::thread::park(); } });
        std::thread::sleep(std::time::Duration::from_millis(100));";
    let copy = Course::with_fault(holds);
    copy.grade_all().fails().says("a thread of yours has locked stdout");
    let run = copy.cargo(&["run", "--quiet", "--package", ACCEPT, "--", "--exercise"]);
    run.fails().says("a thread of yours has locked stdout");
}

/// What comes first is the learner's verdict, in every lesson.
#[test]
fn a_lessons_test_has_no_test_of_ours() {
    let copy = Course::untouched();
    for lesson in course::lessons() {
        let graded = copy.cargo(&["test", "--package", &lesson.package]);
        assert_eq!(graded.text.matches("test result: ").count(), 1, "{}", graded.text);
    }
}

#[test]
fn two_clones_with_one_target_folder_are_two_clones() {
    let (solved, target) = (Course::solved(), tempfile::tempdir().expect("a folder"));
    let untouched = solved.root.with_file_name("another_clone");
    for entry in ["lessons", "solutions", "tests", "book/snippets", ".cargo", "Cargo.toml", "Cargo.lock"] {
        copy(&course::root().join(entry), &untouched.join(entry));
    }
    let target = target.path().to_str().expect("UTF-8");
    let says = |root: &Path, arguments: &[&str], sentence: &str| {
        let mut cargo = Command::new(env!("CARGO"));
        let output =
            cargo.args(arguments).current_dir(root).env("CARGO_TARGET_DIR", target).output().expect("it starts");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains(sentence), "{} in {}: {text}", arguments.join(" "), root.display());
    };
    for _ in 0..2 {
        for (root, alone, all) in [
            (&solved.root, "2 of 2 functions", "11 of 11 lessons"),
            (&untouched, "0 of 2 functions", "0 of 11 lessons"),
        ] {
            says(root, &["run", "--quiet", "--package", ACCEPT], &format!("{alone} solved"));
            says(root, &["test", "--quiet"], &format!("{all} solved"));
            let one = if all.starts_with("11") { "solved" } else { "not started" };
            says(root, &["test", "--quiet", "--package", ACCEPT], &format!("04 accept         {one}"));
        }
    }
}

#[test]
fn what_does_not_compile_is_told_in_words_also_where_one_lesson_is_graded() {
    let graded = Course::with_fault("let clients = ();;) ").grade(ACCEPT);
    graded.fails().says("lesson04_accept does not compile").says("unexpected closing delimiter");
    graded
        .says("next: correct lessons/lesson04_accept/src/exercise.rs")
        .says("cargo run -p solution04_accept -- --hint");
}

#[test]
fn what_does_not_compile_is_reported_and_the_others_are_graded() {
    let graded = Course::with_fault("let clients = ();;) ").grade_all();
    graded.fails().says("lesson04_accept does not compile").says("unexpected closing delimiter");
    graded.says("cargo run -p solution04_accept -- --hint");
}

#[test]
fn what_does_not_compile_keeps_nobody_from_a_hint_nor_from_where_they_stand() {
    let copy = Course::with_fault("let clients = ();;) ");
    let standing = copy.cargo(&["run", "--quiet"]);
    standing.passes().says("10 of 11 lessons solved").says("lesson04_accept does not compile");
    standing.says("Next: lesson 04 accept").says("cargo run -p solution04_accept -- --hint");
    let hint = copy.cargo(&["run", "--quiet", "--package", "solution04_accept", "--", "--hint"]);
    hint.passes().says("Hint 1 of 5 · accept_clients").says("cargo run -p solution04_accept -- --hint 2");
}

#[test]
fn a_deleted_file_is_missed_by_name() {
    let copy = Course::solved();
    fs::remove_file(copy.exercise(ACCEPT)).expect("it was there");
    copy.grade_all().fails().says("exercise.rs is gone").says("git checkout");
}

#[test]
fn a_panic_is_told_with_its_place_and_the_next_function_has_its_turn() {
    let graded = Course::with_fault("panic!(\"what now?\");").grade_all();
    graded.fails().says("accept_clients panicked in lessons/lesson04_accept/src/exercise.rs:").says("what now?");
    graded.says("04 accept 1 of 2 solved").says("-- --hint");
}

#[test]
fn an_error_is_told_by_its_kind() {
    let graded = Course::with_fault("Err(io::Error::from(io::ErrorKind::Other))?;").grade_all();
    graded.fails().says("accept_clients returned this error where it should succeed");
}

#[test]
fn leaving_early_is_noticed() {
    let graded = Course::with_fault("std::process::exit(0);").grade_all();
    graded.fails().says("with exit code 0: something called `std::process::exit`").says("04 accept 1 of 2 solved");
}

#[test]
fn what_an_exercise_prints_on_its_own_changes_nothing() {
    Course::with_fault("println!(\"Your turn · me\"); dbg!(count); eprintln!(\"x\");").grade_all().passes();
    Course::with_fault("for n in 0..1_000_000 { println!(\"{n}\"); }").grade_all().passes();
}

/// Ends by itself within 10 s, and says what it was blocked in.
#[cfg(target_os = "linux")]
#[test]
fn a_hang_ends_in_time_and_names_the_call() {
    let hangs = [
        (
            "listener.accept()?; listener.accept()?; listener.accept()?; listener.accept()?;",
            "it was blocked in accept(2)",
        ),
        ("loop { std::hint::spin_loop(); }", "it was busy in a loop that does not end"),
        ("loop { println!(\"and on\"); }", "it was busy in a loop that does not end"),
        (
            "let lock = std::sync::Mutex::new(()); let _one = lock.lock(); let _two = lock.lock();",
            "it was blocked waiting for a lock, a channel or another thread",
        ),
        (
            "let (stream, _) = listener.accept()?; std::io::Read::read(&mut &stream, &mut [0; 9])?;",
            "it was blocked in recv(2)",
        ),
        ("std::thread::sleep(std::time::Duration::MAX);", "it was blocked in sleep"),
        ("let (stream, _) = listener.accept()?; loop { stream.send(&[0; 65536])?; }", "it was blocked in send(2)"),
        (
            "let full = Socket::new(Domain::IPV4, Type::STREAM, None)?; full.bind(&narrator::LOOPBACK.into())?;
             full.listen(0)?; let address = full.local_addr()?;
             let first = Socket::new(Domain::IPV4, Type::STREAM, None)?; first.connect(&address)?;
             let second = Socket::new(Domain::IPV4, Type::STREAM, None)?; second.connect(&address)?;",
            "it was blocked in connect(2)",
        ),
        (
            "let (sender, receiver) = std::sync::mpsc::channel::<()>(); let _ = receiver.recv(); drop(sender);",
            "it was blocked waiting for a lock, a channel or another thread",
        ),
    ];
    for (code, sentence) in hangs {
        let graded = Course::with_fault(code).grade_all();
        graded.fails().says(&format!("accept_clients did not return within 5 s: {sentence}"));
    }
}

#[test]
fn a_failed_exercise_exits_with_1() {
    let copy = Course::untouched();
    copy.solve(ACCEPT, "0..count", "0..0");
    let run = copy.cargo(&["run", "--quiet", "--package", ACCEPT]);
    assert_eq!(run.output.status.code(), Some(1), "{}", run.text);
}

#[test]
fn listing_builds_nothing_and_prints_nothing_else() {
    let copy = Course::untouched();
    copy.solve(ACCEPT, FIRST_LINE, "this does not compile");
    let graded = copy.cargo(&["test", "--quiet", "--", "--list"]);
    graded.passes().says("lesson04_accept::accept_clients: test").does_not_say("compile");
    let lines = String::from_utf8_lossy(&graded.output.stdout).lines().filter(|line| !line.ends_with(": test")).count();
    assert_eq!(lines, 0, "{}", graded.text);
}

#[test]
fn a_changed_walkthrough_is_shown_with_the_way_back() {
    let copy = Course::solved();
    let walkthrough = copy.root.join("lessons/lesson06_close/src/walkthrough.rs");
    let source = fs::read_to_string(&walkthrough).expect("a walkthrough");
    fs::write(&walkthrough, source.replacen("send(b\"and out\")", "send(b\"and off\")", 1)).expect("written");
    let graded = copy.grade_all();
    if cfg!(target_os = "linux") {
        graded
            .fails()
            .says("The walkthrough of lesson06_close")
            .says("git checkout lessons/lesson06_close/src/walkthrough.rs lessons/lesson06_close/src/lib.rs");
    }
}

#[test]
fn no_variable_of_instas_passes_a_wrong_exercise() {
    let copy = Course::untouched();
    copy.solve(ACCEPT, "0..count", "0..0");
    for (name, value) in [("INSTA_UPDATE", "always"), ("INSTA_FORCE_PASS", "1")] {
        copy.cargo_with(&["test", "--quiet", "--package", ACCEPT], &[(name, value)]).fails();
    }
}

#[test]
fn a_warning_is_no_mistake() {
    Course::with_fault("let unused = 1;").grade_all().passes();
}

#[test]
fn a_panic_in_a_thread_is_told_by_what_came_of_it() {
    let graded = Course::with_fault("std::thread::spawn(|| panic!(\"in a thread\")).join().unwrap();").grade_all();
    graded.fails().says("accept_clients panicked in lessons/lesson04_accept/src/exercise.rs:");
}

#[test]
fn changing_the_directory_changes_nothing() {
    Course::with_fault("std::env::set_current_dir(\"/\")?;").grade_all().passes();
}

#[test]
fn a_file_that_is_no_text_does_not_compile() {
    let copy = Course::solved();
    fs::write(copy.exercise(ACCEPT), b"pub fn accept_clients() {} // \xff\xfe").expect("written");
    copy.grade_all().fails().says("lesson04_accept does not compile").says("valid UTF-8");
}

#[test]
fn an_exercise_that_deletes_itself_is_missed_by_name() {
    let delete = "std::fs::remove_file(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/src/exercise.rs\"))?;";
    let copy = Course::with_fault(&format!("if count == 2 {{ {delete} }}"));
    copy.grade_all();
    copy.grade_all().fails().says("exercise.rs is gone").says("git checkout");
}

/// That none of it is left, each grading of these tests sees to.
#[cfg(target_os = "linux")]
#[test]
fn what_an_exercise_leaves_running_is_ended() {
    let thread = Course::with_fault("std::thread::spawn(|| loop { std::thread::park(); });").grade_all();
    thread.fails().says("a thread that it started still runs");
    Course::with_fault("std::process::Command::new(\"sleep\").arg(\"86399\").spawn()?;").grade_all().passes();
    // Out of the exercise's process group, and of its session.
    let daemon = "std::process::Command::new(\"setsid\").args([\"sleep\", \"86399\"]).spawn()?;";
    Course::with_fault(daemon).grade_all().passes();
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_grading_leaves_nothing() {
    let copy = Course::with_fault("std::process::Command::new(\"sleep\").arg(\"86399\").spawn()?.wait()?;");
    copy.grade_all();
    let mark = format!("{}/interrupted", process::id());
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["test", "--quiet"]).current_dir(&copy.root).env_remove("CARGO_TARGET_DIR").env("FAULTS", &mark);
    cargo.stdout(process::Stdio::null()).stderr(process::Stdio::null());
    std::os::unix::process::CommandExt::process_group(&mut cargo, 0);
    let mut cargo = cargo.spawn().expect("cargo starts");
    let begun = Instant::now();
    while !marked(&mark).iter().any(|name| name.trim() == "sleep") {
        assert!(begun.elapsed() < Duration::from_secs(60), "the exercise did not begin: {:?}", marked(&mark));
        std::thread::yield_now();
    }
    // As Ctrl-C does: to cargo and the grader.
    let group = rustix::process::Pid::from_child(&cargo);
    rustix::process::kill_process_group(group, rustix::process::Signal::INT).expect("it is there");
    cargo.wait().expect("it ends");
    wait_until_none_is_left(&mark);
}

#[cfg(target_os = "linux")]
#[test]
fn eating_memory_ends_before_the_machine_is_full() {
    let eats = "let mut all = Vec::new(); loop { all.push(vec![1_u8; 1 << 20]); }";
    Course::with_fault(eats).grade_all().fails().says("so does running out of memory");
}

/// As on a machine without IPv6: the steps that want it are skipped, and nothing is held against anybody.
#[cfg(target_os = "linux")]
#[test]
fn without_ipv6_everything_else_is_graded() {
    let copy = Course::solved();
    let (source, library) = (copy.root.join("no_ipv6.c"), copy.root.join("no_ipv6.so"));
    let code = "#define _GNU_SOURCE\n#include <dlfcn.h>\n#include <errno.h>\n#include <sys/socket.h>\n\
        int socket(int family, int type, int protocol) {\n\
        if (family == AF_INET6) { errno = EAFNOSUPPORT; return -1; }\n\
        int (*real)(int, int, int) = dlsym(RTLD_NEXT, \"socket\");\nreturn real(family, type, protocol); }\n";
    fs::write(&source, code).expect("written");
    let compiled = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).arg("-ldl").status();
    if !compiled.is_ok_and(|status| status.success()) {
        println!("skipped: there is no C compiler on this machine");
        return;
    }
    let count = course::lessons().len();
    copy.cargo_with(&["test", "--quiet"], &[("LD_PRELOAD", library.to_str().expect("UTF-8"))])
        .passes()
        .says(&format!("{count} of {count} lessons solved"));
}

#[test]
fn two_gradings_at_once_do_not_disturb_each_other() {
    let copy = Course::solved();
    std::thread::scope(|scope| {
        for grading in [scope.spawn(|| copy.grade_all()), scope.spawn(|| copy.grade_all())] {
            grading.join().expect("it ends").passes().says("04 accept solved");
        }
    });
}

#[test]
fn a_path_with_spaces_and_chinese_characters_is_a_path() {
    let elsewhere = Course::untouched_in("套接字 one step at a time");
    elsewhere.solve(ACCEPT, "0..count", "0..0");
    elsewhere.cargo(&["test", "--quiet", "--package", ACCEPT]).fails().says("That is too few");
    elsewhere.solve(ACCEPT, "", "");
    elsewhere.cargo(&["test", "--quiet"]).passes().says("04 accept solved");
}
