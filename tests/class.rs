//! A class is graded: whatever is in a submission, it costs no other one its grade, and no submission is changed.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use grading::course;

mod shared;

use shared::class::{ACCEPT, Class, FIRST_LINE, PROGRAM, exercise};

#[test]
fn everybody_is_graded_whatever_the_others_handed_in() {
    let class = Class::new("everybody");
    class.solve_all("all solved");
    for lesson in course::lessons() {
        let untouched = fs::read_to_string(course::root().join(lesson.exercise())).expect("an exercise");
        class.write("untouched", &exercise(&lesson.package), &untouched);
    }
    class.write("no lessons", "README.md", "I was ill.");
    // Into the very course with which the next one is graded.
    class.solve_all("breaks the course");
    let breaks = "let mut clients = Vec::new(); let root = concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/../..\");
        for file in [\"tests/course.rs\", \".cargo/config.toml\", \"rust-toolchain.toml\", \"Cargo.lock\"] {
            let _ = std::fs::write(format!(\"{root}/{file}\"), \"mine\");
        }
        let _ = std::fs::create_dir_all(format!(\"{root}/lessons/no_manifest/log\"));";
    class.solve("breaks the course", ACCEPT, FIRST_LINE, breaks);
    class.solve_all("does not compile");
    class.solve("does not compile", ACCEPT, FIRST_LINE, "let mut clients = Vec::new()");
    class.solve_all("hangs");
    class.solve("hangs", ACCEPT, FIRST_LINE, "let mut clients = Vec::new(); loop { std::hint::spin_loop(); }");
    // What would give a pass, or keep everybody from one, if it counted.
    class.solve("edits the grader", ACCEPT, "0..count", "0..0");
    for file in ["Cargo.toml", "Cargo.lock", ".cargo/config.toml", "lessons/lesson04_accept/Cargo.toml"] {
        class.write("edits the grader", file, "this is no [TOML");
    }
    class.write("edits the grader", "rust-toolchain.toml", "[toolchain]\nchannel = \"none\"");
    class.write("edits the grader", "lessons/lesson04_accept/build.rs", "fn main() { panic!() }");
    class.write("edits the grader", "tests/course.rs", "fn main() {}");
    class.write("edits the grader", "tests/snapshots/lesson04_accept.exercise.snap", "");
    class.write("edits the grader", "solutions/solution04_accept/src/exercise.rs", "");
    class.solve("edits the lesson", ACCEPT, "0..count", "0..0");
    class.write("edits the lesson", "lessons/lesson04_accept/src/lib.rs", "compile_error!(\"mine\");");
    class.write("edits the lesson", "lessons/lesson03_listen/src/main.rs", "fn main() {}");
    class.solve("Zoë, \"小\" 王", "lesson03_listen", "", "");
    class.write("", "notes.txt", "no submission");

    let graded = class.grade(&[]);
    assert_eq!(graded.code, Some(0), "{}{}", graded.told, graded.summary);
    assert_eq!(graded.rows.len(), 9, "{:?}", graded.rows.keys());
    graded.has("all solved", &[], "passed");
    graded.has("untouched", &[], "not started");
    graded.has("no lessons", &[], "not started");
    graded.has("breaks the course", &[], "passed");
    graded.has("does not compile", &[(ACCEPT, "failed")], "passed");
    let one_of_two = [("lesson04_accept::accept_clients", "failed"), ("lesson04_accept::connect_to", "passed")];
    graded.has("hangs", &one_of_two, "passed");
    graded.has("edits the grader", &one_of_two, "not started");
    graded.has("edits the lesson", &one_of_two, "not started");
    graded.has("Zoë, \"小\" 王", &[("lesson03_listen", "passed")], "not started");

    graded.says("lesson04_accept does not compile");
    graded.says("accept_clients did not return within 5 s");
    graded.says("There is no lessons/*/src/exercise.rs in this folder");
    assert!(graded.told.contains("notes.txt is no folder"), "{}", graded.told);
    assert!(graded.told.contains("9 of 9: "), "a line for each where there is no terminal: {}", graded.told);
}

/// Not only its own processes: also what left the process group, and would live on for ever.
#[test]
fn what_takes_too_long_is_ended_and_the_next_is_graded() {
    let class = Class::new("too long");
    let hangs = "let mut clients = Vec::new();
        let _ = std::process::Command::new(\"setsid\").args([\"sleep\", \"86398.25\"]).spawn(); loop {}";
    class.solve("anna", ACCEPT, FIRST_LINE, hangs);
    class.write("bert", "README.md", "");
    // The lesson would end itself after 5 s.
    let graded = class.grade(&["--timeout", "3"]);
    assert_eq!(graded.code, Some(1), "{}{}", graded.told, graded.summary);
    assert_eq!(graded.rows["anna"]["lesson04_accept::accept_clients"], "not graded", "{}", graded.summary);
    graded.says("It took longer than 3 s, and was ended.");
    graded.has("bert", &[], "not started");
    #[cfg(target_os = "linux")]
    for entry in fs::read_dir("/proc").expect("Linux").flatten() {
        let command = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&command).contains("86398.25"), "a process of the submission lives on");
    }
}

/// It refuses, and the first one's grades are still there.
#[cfg(unix)]
#[test]
fn a_second_grading_at_the_same_time_harms_nothing() {
    let class = Class::new("twice");
    class.solve("anna", ACCEPT, FIRST_LINE, "let mut clients = Vec::new(); loop {}");
    let csv = class.folder.with_extension("csv");
    let _ = fs::remove_file(&csv);
    let grading = || {
        let mut grading = Command::new(&*PROGRAM);
        grading.arg(&class.folder).arg("--csv").arg(&csv).args(["--timeout", "3"]);
        grading.stdout(Stdio::null()).stderr(Stdio::piped());
        grading.spawn().expect("it starts")
    };
    let first = grading();
    let begun = Instant::now();
    while fs::read(&csv).unwrap_or_default().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(300), "the CSV has no head");
        std::thread::yield_now();
    }
    let second = grading().wait_with_output().expect("it ends");
    assert_eq!(second.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&second.stderr).contains("Another grading is at work"));
    assert_eq!(first.wait_with_output().expect("it ends").status.code(), Some(1));
    let csv = fs::read_to_string(&csv).expect("text");
    assert!(csv.starts_with("learner,") && csv.contains("\nanna,"), "{csv}");
}

/// Ctrl-C keeps what is graded; --resume grades who is not in the file, and no one else.
#[cfg(unix)]
#[test]
fn an_interrupted_grading_goes_on_where_it_was() {
    let class = Class::new("resume");
    class.write("=1", "README.md", "");
    class.solve("anna", ACCEPT, "0..count", "0..0");
    // The last in their order, and one for each processor.
    let last: Vec<_> = (0..64).map(|number| format!("slow {number}")).collect();
    for learner in &last {
        class.solve(learner, ACCEPT, FIRST_LINE, "let mut clients = Vec::new(); loop { std::thread::park() }");
    }
    let csv = class.folder.with_extension("csv");
    let _ = fs::remove_file(&csv);
    let mut grading = Command::new(&*PROGRAM);
    grading.arg(&class.folder).arg("--csv").arg(&csv).stdout(Stdio::piped()).stderr(Stdio::piped());
    if cfg!(not(target_os = "linux")) {
        grading.arg("--without-cage");
    }
    let grading = grading.spawn().expect("it starts");
    let begun = Instant::now();
    while fs::read_to_string(&csv).unwrap_or_default().lines().count() < 3 {
        assert!(begun.elapsed() < Duration::from_secs(300), "nobody is graded");
        std::thread::yield_now();
    }
    let kill = Command::new("kill").args(["-INT", &grading.id().to_string()]).status();
    assert!(kill.expect("it starts").success());
    let interrupted = grading.wait_with_output().expect("it ends");
    assert_eq!(interrupted.status.code(), Some(130));
    assert!(String::from_utf8_lossy(&interrupted.stderr).contains("--resume goes on from there"));
    let before = fs::read_to_string(&csv).expect("text");
    assert!(before.lines().count() < 60, "{before}");

    for learner in &last[8..] {
        fs::remove_dir_all(class.folder.join(learner)).expect("removed");
    }
    // Cut off, as by a loss of power.
    fs::write(&csv, format!("{before}slow 7,pas")).expect("written");
    let graded = class.grade(&["--resume"]);
    assert_eq!(graded.code, Some(0), "{}", graded.told);
    assert!(graded.told.contains("have been graded before"), "{}", graded.told);
    let after = fs::read_to_string(&csv).expect("text");
    assert!(after.starts_with(&before), "{before}\n{after}");
    for learner in &last[..8] {
        assert_eq!(graded.rows[learner]["lesson04_accept::accept_clients"], "failed", "{learner}");
    }
    graded.has("'=1", &[], "not started");
    // Also of those who were graded before.
    graded.says("anna\n  lesson04_accept: That is too few");
    graded.says("accept_clients did not return within 5 s: it was blocked waiting for a lock");

    fs::write(&csv, "learner,points\n").expect("written");
    let graded = class.grade(&["--resume"]);
    assert_eq!(graded.code, Some(2));
    assert!(graded.told.contains("Its columns are not those of this course."), "{}", graded.told);
}

/// What a teacher wants to talk about next; and solutions are public.
#[test]
fn the_summary_tells_what_the_class_got_wrong_and_who_handed_in_the_solution() {
    let class = Class::new("summary");
    for learner in ["anna", "bert", "carl"] {
        class.solve(learner, ACCEPT, "0..count", "0..0");
    }
    class.solve("dora", ACCEPT, "let mut clients", "let mut clients = 1");
    class.solve("emil", ACCEPT, "", "");
    let graded = class.grade(&[]);
    graded.says("What went wrong most often");
    graded.says("lesson04_accept::accept_clients: 4 of 5 failed\n    3 times  That is too few");
    graded.says("emil\n  As the solution, word for word: 04 accept.");
    graded.has("emil", &[(ACCEPT, "passed")], "not started");
}

#[cfg(unix)]
#[test]
fn no_link_leads_out_of_a_submission() {
    let class = Class::new("links");
    class.solve("anna", ACCEPT, "", "");
    let link = |to: &Path, learner: &str| {
        let from = class.folder.join(learner).join(exercise(ACCEPT));
        fs::create_dir_all(from.parent().expect("its folder")).expect("a folder");
        std::os::unix::fs::symlink(to, from).expect("a link");
    };
    link(&class.folder.join("anna").join(exercise(ACCEPT)), "bert");
    class.solve("carl", ACCEPT, "", "");
    let own = exercise(ACCEPT);
    fs::rename(class.folder.join("carl").join(&own), class.folder.join("carl/mine.rs")).expect("renamed");
    link(Path::new("../../../mine.rs"), "carl");
    fs::create_dir_all(class.folder.join("dora").join(&own)).expect("a folder");
    link(Path::new("/dev/zero"), "emil");

    let graded = class.grade(&[]);
    assert_eq!(graded.code, Some(1), "{}{}", graded.told, graded.summary);
    graded.has("anna", &[(ACCEPT, "passed")], "not started");
    graded.has("carl", &[(ACCEPT, "passed")], "not started");
    for learner in ["bert", "dora", "emil"] {
        graded.has(learner, &[(ACCEPT, "not graded")], "not started");
    }
    graded.says("lessons/lesson04_accept/src/exercise.rs is a link out of the submission, and was not followed.");
    graded.says("lessons/lesson04_accept/src/exercise.rs is no file.");
}

#[test]
fn wrong_arguments_are_told_in_a_sentence() {
    let class = Class::new("arguments");
    let folder = class.folder.to_str().expect("UTF-8");
    let wrong: [(&[&str], &str); 7] = [
        (&[], "Which folder are the submissions in?"),
        (&["--fast"], "invalid option '--fast'"),
        (&["there/is/none"], "there/is/none cannot be read"),
        (&[folder], "has no folders: it takes one for each learner."),
        (&[folder, "--resume"], "--resume needs --csv"),
        (&[folder, "--timeout", "0"], "The time limit is one second at least."),
        (&[folder, "--timeout", "soon"], "cannot parse argument \"soon\""),
    ];
    for (arguments, sentence) in wrong {
        let output = Command::new(&*PROGRAM).args(arguments).output().expect("it starts");
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
        assert!(told.contains(sentence), "{arguments:?}: {told}");
    }
    class.write("anna", "README.md", "");
    let csv = class.folder.join("there/is/none.csv");
    let output = Command::new(&*PROGRAM).arg(folder).arg("--csv").arg(csv).output().expect("it starts");
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    let help = Command::new(&*PROGRAM).arg("--help").output().expect("it starts");
    assert!(help.status.success() && String::from_utf8_lossy(&help.stdout).contains("--csv FILE"));
}

/// JUnit by cargo-nextest: in strict mode each function is in the file, and one that is not started has failed.
#[test]
fn nextest_writes_junit() {
    let nextest = |flags: &[&str]| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(course::root()).args(["nextest"]).args(flags);
        // Of the cargo that runs this test.
        cargo.env_remove("CARGO_MANIFEST_DIR").env_remove("NEXTEST_PROFILE");
        cargo.output().expect("cargo starts")
    };
    if !nextest(&["--version"]).status.success() {
        println!("skipped: there is no cargo-nextest on this machine");
        return;
    }
    let junit = || {
        let path = course::root().join("target/nextest/class/junit.xml");
        let text = fs::read_to_string(&path).expect("JUnit");
        fs::remove_file(path).expect("it can be removed");
        text
    };
    let functions: Vec<_> = course::lessons().into_iter().flat_map(|lesson| lesson.functions).collect();
    let not_started = functions.iter().filter(|function| function.not_started.is_some()).count();

    let output = nextest(&["run", "-p", "grading", "--profile", "class", "--run-ignored", "all"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(if not_started > 0 { 100 } else { 0 }), "{told}");
    let strict = junit();
    assert_eq!(strict.matches("<testcase ").count(), 1 + functions.len(), "{strict}");
    assert_eq!(strict.matches("<failure ").count(), not_started, "{strict}");

    let output = nextest(&["run", "-p", "grading", "--profile", "class"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lenient = junit();
    assert_eq!(lenient.matches("<testcase ").count(), 1 + functions.len() - not_started, "{lenient}");
}
