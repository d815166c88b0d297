//! What the lessons do is held against `strace`, where that exists.

use std::collections::HashMap;
use std::process::{Command, Stdio};

use grading::build;
use grading::course;

/// The network calls of a solution's run, in their order; `None` where there is no strace.
fn trace(package: &str) -> Option<String> {
    let built = build::build(&[package.to_owned()]);
    let program = built.executable(package).unwrap_or_else(|error| panic!("{package} does not compile: {error}"));
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("strace");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-e", "trace=network", "-o"]).arg(&log).arg(program);
    match strace.stdin(Stdio::null()).stdout(Stdio::null()).status() {
        Ok(status) => assert!(status.success(), "{package} fails under strace"),
        Err(_) => {
            println!("skipped: there is no strace on this machine");
            return None;
        }
    }
    Some(std::fs::read_to_string(&log).expect("strace wrote its log"))
}

/// The descriptor that a call begins with, as in `listen(3, 5) = 0`.
fn descriptor<'a>(line: &'a str, call: &str) -> Option<&'a str> {
    let arguments = &line[line.find(&format!(" {call}("))? + call.len() + 2..];
    arguments.split([',', ')']).next()
}

#[test]
fn nothing_listens_beyond_loopback() {
    for lesson in course::lessons() {
        let Some(log) = trace(&lesson.solution()) else { return };
        let mut bound: HashMap<&str, bool> = HashMap::new();
        let mut listeners = 0;
        for line in log.lines() {
            if line.contains(" socket(") || line.contains(" accept4(") {
                // The number is a new socket's now.
                bound.remove(line.rsplit("= ").next().unwrap_or_default());
            }
            if let Some(descriptor) = descriptor(line, "bind") {
                bound.insert(descriptor, line.contains("\"127.0.0.1\"") || line.contains("\"::1\""));
            }
            if let Some(descriptor) = descriptor(line, "listen") {
                listeners += 1;
                assert_eq!(bound.get(descriptor), Some(&true), "{}: {line}\n{log}", lesson.solution());
            }
        }
        assert!(listeners > 0, "{} was traced without a listener:\n{log}", lesson.solution());
    }
}
