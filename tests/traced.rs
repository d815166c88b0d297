//! What the lessons do is held against `strace`, where that exists: the calls that a walkthrough tells of were made, in
//! that order, with that result; and nothing listens beyond loopback.

use std::collections::HashMap;
use std::fs;
use std::process::{Command, Stdio};

use grading::course::{self, Lesson};
use grading::{build, transcript};

/// A network call, as strace saw it.
#[derive(Debug)]
struct Call {
    /// As the manual names it: `accept`, where the kernel says accept4.
    name: &'static str,
    /// The socket that it was called on.
    descriptor: String,
    /// What it was called with.
    arguments: String,
    /// `3`, or `-1 ENOTCONN (…)`.
    result: String,
    /// Another thread was in a call at the same time: which of the two ended first says nothing.
    overlapped: bool,
}

/// The socket API's name and the kernel's.
const NAMES: [(&str, &str); 12] = [
    ("socket", "socket"),
    ("bind", "bind"),
    ("listen", "listen"),
    ("accept", "accept4"),
    ("connect", "connect"),
    ("send", "sendto"),
    ("recv", "recvfrom"),
    ("shutdown", "shutdown"),
    ("close", "close"),
    ("getsockname", "getsockname"),
    ("getpeername", "getpeername"),
    ("setsockopt", "setsockopt"),
];

/// Runs a solution under strace; its calls, and the story it told. `None` where there is no strace.
fn trace(lesson: &Lesson) -> Option<(Vec<Call>, String)> {
    let package = lesson.solution();
    let built = build::build(std::slice::from_ref(&package));
    let program = built.executable(&package).unwrap_or_else(|error| panic!("{package} does not compile: {error}"));
    let folder = tempfile::tempdir().expect("a folder");
    let (log, story) = (folder.path().join("strace"), folder.path().join("story"));
    let mut strace = Command::new("strace");
    strace.args(["-f", "-e", "trace=network,close,fcntl", "-o"]).arg(&log).arg(program);
    match strace.env("LESSON_TRANSCRIPT", &story).stdin(Stdio::null()).stdout(Stdio::null()).status() {
        Ok(status) => assert!(status.success(), "{package} fails under strace"),
        Err(_) => {
            println!("skipped: there is no strace on this machine");
            return None;
        }
    }
    let read = |path| fs::read_to_string(path).expect("it was written");
    Some((calls(&read(log)), read(story)))
}

/// The calls on internet sockets: not those on the socket by which the narrator asks the kernel, nor on files.
fn calls(log: &str) -> Vec<Call> {
    let mut calls = Vec::new();
    let mut interrupted: HashMap<&str, String> = HashMap::new();
    let mut sockets: Vec<String> = Vec::new();
    for line in log.lines() {
        let Some((thread, line)) = line.split_once(' ') else { continue };
        // Two threads in calls at once: the first part of the line comes earlier than the second.
        if let Some(begun) = line.trim_start().strip_suffix("<unfinished ...>") {
            interrupted.insert(thread, begun.to_owned());
            continue;
        }
        let overlapped = line.contains(" resumed>");
        let line = match line.split_once(" resumed>") {
            Some((_, rest)) => interrupted.remove(thread).unwrap_or_default() + rest,
            None => line.trim_start().to_owned(),
        };
        let Some((called, result)) = line.rsplit_once(" = ") else { continue };
        let Some((name, arguments)) = called.trim_end().split_once('(') else { continue };
        let arguments = arguments.trim_end_matches(')').to_owned();
        let descriptor = match name {
            "socket" => result.to_owned(),
            _ => arguments.split(',').next().unwrap_or_default().to_owned(),
        };
        let new_socket = match name {
            "socket" => arguments.starts_with("AF_INET"),
            "accept4" => true,
            "fcntl" => arguments.contains("F_DUPFD") && sockets.contains(&descriptor),
            _ => false,
        };
        if new_socket && !result.starts_with('-') {
            sockets.push(result.to_owned());
        }
        if let Some((name, _)) = NAMES.iter().find(|(_, kernels)| *kernels == name)
            && (sockets.contains(&descriptor) || result.starts_with('-') && *name == "socket")
        {
            calls.push(Call { name, descriptor: descriptor.clone(), arguments, result: result.to_owned(), overlapped });
        }
        if name == "close" {
            sockets.retain(|socket| *socket != descriptor);
        }
    }
    calls
}

/// What a walkthrough tells that server and client called: the name, and the result as the story has it.
fn told(story: &str) -> Vec<(&'static str, String)> {
    let mut told: Vec<(&str, String)> = Vec::new();
    for line in transcript::walkthrough(story).lines() {
        let Some(said) = line.strip_prefix("   server  ").or_else(|| line.strip_prefix("   client  ")) else {
            continue;
        };
        // What comes from no kernel says so.
        if said.contains("scripted") {
            continue;
        }
        // The call fills its column, or stands alone on its line.
        let (call, outcome) = match said.char_indices().nth(35) {
            Some((column, _)) => said.split_at(column),
            None => (said, ""),
        };
        let mut names: Vec<_> = NAMES
            .iter()
            .filter_map(|(name, _)| call.find(&format!("{name}(")).map(|at| (at, *name)))
            // `getsockname(` has no `sockname(` in it that counts.
            .filter(|(at, _)| !call[..*at].ends_with(|before: char| before.is_ascii_alphanumeric()))
            .collect();
        names.sort_unstable();
        let last = names.len().saturating_sub(1);
        for (index, (_, name)) in names.into_iter().enumerate() {
            told.push((name, if index == last { outcome.trim().to_owned() } else { "ok".to_owned() }));
        }
    }
    told
}

/// Whether a call came back as the story says.
fn agrees(call: &Call, outcome: &str) -> bool {
    let error =
        outcome.split_once(" (E").and_then(|(_, rest)| rest.split_once(')')).map(|(name, _)| format!("E{name}"));
    if let Some(error) = error {
        return call.result.starts_with(&format!("-1 {error} "));
    }
    // connect with a time limit is a nonblocking connect, then a wait for it.
    let waited_for = call.name == "connect" && call.result.starts_with("-1 EINPROGRESS ");
    if outcome.starts_with("TimedOut") {
        return waited_for;
    }
    let bytes = outcome.split_once(" byte").and_then(|(count, _)| count.parse::<u64>().ok());
    match bytes {
        Some(count) => call.result == count.to_string(),
        None => !call.result.starts_with('-') || waited_for,
    }
}

#[test]
fn every_call_that_a_walkthrough_tells_of_was_made_in_that_order_with_that_result() {
    for lesson in course::lessons() {
        let Some((calls, story)) = trace(&lesson) else { return };
        let told = told(&story);
        assert!(told.len() >= 5, "{} tells of {} calls only", lesson.package, told.len());
        let mut made = calls.iter();
        // Passed over already, but perhaps told later.
        let mut overlapped: Vec<&Call> = Vec::new();
        for (index, (name, outcome)) in told.iter().enumerate() {
            let is_told = |call: &Call| call.name == *name && agrees(call, outcome);
            let found = match overlapped.iter().position(|call| is_told(call)) {
                Some(at) => overlapped.drain(..=at).next().is_some(),
                None => made.any(|call| {
                    let found = is_told(call);
                    overlapped.extend((!found && call.overlapped).then_some(call));
                    found
                }),
            };
            assert!(
                found,
                "{}: {name}(), told as number {index} with `{outcome}`, was not made\n{told:#?}\n{calls:#?}",
                lesson.package
            );
        }
        println!("{}: {} calls told, {} made", lesson.package, told.len(), calls.len());
    }
}

#[test]
fn nothing_listens_beyond_loopback() {
    for lesson in course::lessons() {
        let Some((calls, _)) = trace(&lesson) else { return };
        let mut on_loopback: HashMap<&str, bool> = HashMap::new();
        let mut listeners = 0;
        for call in &calls {
            match call.name {
                "socket" | "accept" => _ = on_loopback.remove(call.result.as_str()),
                "bind" if call.result == "0" => {
                    // All of 127.0.0.0/8, also inside an IPv6 address.
                    let loopback = ["\"127.", "\"::1\"", "\"::ffff:127."].iter().any(|ip| call.arguments.contains(ip));
                    on_loopback.insert(&call.descriptor, loopback);
                }
                "listen" if call.result == "0" => {
                    listeners += 1;
                    let loopback = on_loopback.get(call.descriptor.as_str());
                    assert_eq!(loopback, Some(&true), "{}: {call:?}\n{calls:#?}", lesson.solution());
                }
                _ => {}
            }
        }
        assert!(listeners > 0, "{} was traced without a listener:\n{calls:#?}", lesson.solution());
    }
}
