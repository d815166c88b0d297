//! The wire: what crosses is told, the same each time; the capture's file holds it; and where it cannot be had, a sentence
//! says why.
//!
//! `INSTA_UPDATE=always cargo test -p grading --test wire` writes the wire's transcripts anew, and the stories as data.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;

use grading::build::{self, Built};
use grading::course::{self, Lesson};
use grading::{desk, transcript};
use tinyjson::JsonValue;

mod shared;
use shared::{assert_none, read};

static BUILT: LazyLock<Built> = LazyLock::new(|| {
    let lessons = course::lessons();
    build::build(&lessons.iter().flat_map(|lesson| [lesson.package.clone(), lesson.solution()]).collect::<Vec<_>>())
});

fn program(package: &str) -> &'static Path {
    BUILT.executable(package).unwrap_or_else(|error| panic!("{package} does not compile: {error}"))
}

/// A lesson or a solution, with a plain screen.
fn command(package: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program(package));
    command.args(arguments).env("LANG", "C.UTF-8").env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Whether this machine gives a program a network of its own.
fn can_be_had() -> bool {
    let tried = Command::new("unshare").args(["--user", "--map-root-user", "--net", "true"]).output();
    let can = cfg!(target_os = "linux") && tried.is_ok_and(|output| output.status.success());
    if !can {
        println!("skipped: this machine gives no network of its own");
    }
    can
}

/// What a solution leaves behind when it runs with all that can be had of the wire.
struct Left {
    screen: String,
    transcript: String,
    story: String,
    capture: PathBuf,
    _folder: tempfile::TempDir,
}

fn run(lesson: &Lesson) -> Left {
    let folder = tempfile::tempdir().expect("a folder");
    let [transcript, story, capture] = ["transcript", "story", "capture"].map(|name| folder.path().join(name));
    let mut command = command(&lesson.solution(), &["--pcap"]);
    command.arg(&capture).env("LESSON_TRANSCRIPT", &transcript).env("LESSON_STORY", &story);
    let output = command.output().expect("it starts");
    assert!(output.status.success(), "{}: {}{}", lesson.package, text(&output.stdout), text(&output.stderr));
    let read = |path| fs::read_to_string(path).expect("it was written");
    Left { screen: text(&output.stdout), transcript: read(transcript), story: read(story), capture, _folder: folder }
}

#[test]
fn the_wire_tells_what_its_snapshot_has() {
    if !can_be_had() {
        return;
    }
    let differ = |lesson: &Lesson| {
        let name = format!("{}.wire", lesson.package);
        !desk::matches_snapshot(&name, &format!("solutions/{}", lesson.solution()), &run(lesson).transcript)
    };
    let problems: Vec<_> = course::lessons().into_iter().filter(differ).map(|lesson| lesson.package).collect();
    assert_none(&problems);
}

#[test]
fn without_the_wire_a_story_is_the_same_but_for_it() {
    if !can_be_had() {
        return;
    }
    for lesson in course::lessons() {
        let plain = format!("{}{}", desk::expected(&lesson, "walkthrough").trim(), desk::expected(&lesson, "exercise"));
        let with_wire = run(&lesson).transcript;
        let mut rest = with_wire.lines();
        for line in plain.lines().filter(|line| !line.is_empty()) {
            assert!(rest.any(|told| told == line), "{}: with the wire it does not tell “{line}”", lesson.package);
        }
    }
}

#[test]
fn the_capture_has_every_segment_that_is_told() {
    if !can_be_had() {
        return;
    }
    for lesson in course::lessons() {
        let left = run(&lesson);
        let output = match Command::new("tcpdump").args(["-n", "-t", "-r"]).arg(&left.capture).output() {
            Ok(output) => output,
            Err(_) => return println!("skipped: there is no tcpdump on this machine"),
        };
        assert!(output.status.success(), "{}", text(&output.stderr));
        let mut captured: Vec<_> = text(&output.stdout).lines().map(as_tcpdump_says).collect();
        let told: Vec<_> = left.screen.lines().filter_map(as_the_story_says).collect();
        // Only lesson 2's exercise, and the walkthrough before it, has so few.
        assert!(told.len() >= 3, "{}: {told:?}", lesson.package);
        for segment in told {
            let place = captured.iter().position(|captured| *captured == segment);
            let place = place.unwrap_or_else(|| panic!("{}: tcpdump has no {segment:?}", lesson.package));
            captured.remove(place);
        }
    }
}

/// From, to, flags, bytes.
type Seen = (String, String, String, usize);

/// `IP 127.0.0.1.49540 > 127.0.0.1.60213: Flags [P.], seq 1:6, ack 1, …, length 5`
fn as_tcpdump_says(line: &str) -> Seen {
    let (ends, rest) = line.split_once(": Flags [").unwrap_or_else(|| panic!("what is this? {line}"));
    let (from, to) = ends.split_once(' ').expect("IP or IP6").1.split_once(" > ").expect("two ends");
    let (flags, rest) = rest.split_once(']').expect("flags");
    let length = rest.rsplit_once("length ").map_or("0", |(_, length)| length).split(':').next().unwrap_or_default();
    (from.to_owned(), to.to_owned(), flags.to_owned(), length.trim().parse().expect("a length"))
}

/// `   wire    127.0.0.1:49540 → 127.0.0.1:60213  PSH, ACK, 5 bytes "early"`
fn as_the_story_says(line: &str) -> Option<Seen> {
    let (from, rest) = line.strip_prefix("   wire    ")?.split_once(" → ")?;
    let (to, what) = rest.split_once(' ')?;
    let flags = [("SYN", 'S'), ("FIN", 'F'), ("RST", 'R'), ("PSH", 'P'), ("ACK", '.')];
    let before_bytes = what.split('"').next().unwrap_or_default();
    let flags = flags.iter().filter(|(name, _)| before_bytes.contains(name)).map(|(_, letter)| letter).collect();
    let bytes = before_bytes.split_once(" byte").and_then(|(count, _)| count.rsplit_once(' ')?.1.parse().ok());
    let end = |end: &str| {
        let (ip, port) = end.rsplit_once(':').unwrap_or_default();
        format!("{}.{port}", ip.trim_matches(['[', ']']))
    };
    Some((end(from), end(to), flags, bytes.unwrap_or(0)))
}

#[test]
fn the_stories_as_data_are_as_a_fresh_run_tells_them() {
    if !can_be_had() {
        return;
    }
    let mut problems = Vec::new();
    for lesson in course::lessons() {
        let fresh = run(&lesson).story;
        let file = format!("tests/stories/{}.json", lesson.package);
        if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
            fs::write(course::root().join(&file), &fresh).expect("it can be written");
        }
        let parse = |story: &str| story.parse::<JsonValue>().unwrap_or_else(|error| panic!("{file}: {error}"));
        let fresh = parse(&fresh);
        compare(&file, &parse(&read(&file)), &fresh, &mut problems);
        in_the_schema(&file, &fresh, &mut problems);
    }
    assert_none(&problems);
}

/// Field by field.
fn compare(path: &str, kept: &JsonValue, fresh: &JsonValue, problems: &mut Vec<String>) {
    match (kept, fresh) {
        (JsonValue::Object(kept), JsonValue::Object(fresh)) => {
            let mut names: Vec<_> = kept.keys().chain(fresh.keys()).collect();
            names.sort();
            names.dedup();
            for name in names {
                match (kept.get(name), fresh.get(name)) {
                    (Some(kept), Some(fresh)) => compare(&format!("{path}.{name}"), kept, fresh, problems),
                    (kept, fresh) => problems.push(format!("{path}.{name}: {kept:?} is now {fresh:?}")),
                }
            }
        }
        (JsonValue::Array(kept), JsonValue::Array(fresh)) => {
            if kept.len() != fresh.len() {
                problems.push(format!("{path}: {} entries are now {}", kept.len(), fresh.len()));
            }
            for (number, (kept, fresh)) in kept.iter().zip(fresh).enumerate() {
                compare(&format!("{path}[{number}]"), kept, fresh, problems);
            }
        }
        _ if kept == fresh => {}
        _ => problems.push(format!("{path}: {kept:?} is now {fresh:?}")),
    }
}

/// Each kind of entry, with its fields and what they hold; `narrator::data` says what they mean. `?` may be null, and `|`
/// parts fields of which there is one set or another.
const SCHEMA: [(&str, &str); 14] = [
    ("step", "number:n title:s"),
    ("call", "voice:s call:s outcome:s|voice:s call:s error:o"),
    (
        "socket",
        "local:s peer:s? state:s waiting:n backlog:n|local:s peer:s? state:s unread:n unacknowledged:n|\
         local:s peer:s? state:s?",
    ),
    (
        "segment",
        "from:s to:s flags:a sequence:n acknowledgement:n? length:n text:s again:b|\
         from:s to:s flags:a sequence:n acknowledgement:n? length:n hex:s again:b",
    ),
    ("question", "prompt:s answers:a right:s"),
    ("answer", "right:s text:s why:s"),
    ("meaning", "text:s"),
    ("mistake", "text:s"),
    ("skipped", "text:s"),
    ("heading", "text:s"),
    ("closing", "text:s"),
    ("command", "text:s"),
    ("turn", "function:s"),
    ("error", "kind:s name:s?"),
];

fn in_the_schema(file: &str, story: &JsonValue, problems: &mut Vec<String>) {
    let story: &HashMap<_, _> = story.get().expect("an object");
    for name in ["version", "lesson", "package", "topic"] {
        assert!(story.contains_key(name), "{file} has no {name}");
    }
    assert_eq!(story["version"], JsonValue::Number(1.0), "{file}");
    let entries: &Vec<_> = story["entries"].get().expect("a list");
    for (number, entry) in entries.iter().enumerate() {
        let entry: &HashMap<String, JsonValue> = entry.get().expect("an object");
        let kind: &String = entry["entry"].get().expect("a word");
        let schema = SCHEMA.iter().find(|(known, _)| known == kind).map(|(_, fields)| *fields);
        let fits = schema.is_some_and(|sets| sets.split('|').any(|set| has_fields(entry, set, 1)));
        let error: Option<&HashMap<_, _>> = entry.get("error").and_then(|error| error.get());
        if !fits || error.is_some_and(|error| !has_fields(error, SCHEMA[13].1, 0)) {
            problems.push(format!("{file}[{number}]: {entry:?} is not in the schema"));
        }
    }
}

/// Exactly these, and so many besides.
fn has_fields(object: &HashMap<String, JsonValue>, fields: &str, besides: usize) -> bool {
    let fits = |field: &str| {
        let (name, kind) = field.split_once(':').expect("name:kind");
        object.get(name).is_some_and(|value| match value {
            JsonValue::String(_) => kind.starts_with('s'),
            JsonValue::Number(_) => kind.starts_with('n'),
            JsonValue::Boolean(_) => kind.starts_with('b'),
            JsonValue::Array(_) => kind.starts_with('a'),
            JsonValue::Object(_) => kind.starts_with('o'),
            JsonValue::Null => kind.ends_with('?'),
        })
    };
    fields.split(' ').count() + besides == object.len() && fields.split(' ').all(fits)
}

/// `--wire` in a lesson, with other programs in front of it.
fn refused(before: &[&str], path: Option<&Path>) -> Output {
    let lesson = program("lesson04_accept");
    let mut command = match before {
        [] => Command::new(lesson),
        [first, arguments @ ..] => {
            let mut command = Command::new(first);
            command.args(arguments).arg(lesson);
            command
        }
    };
    command.envs(path.map(|path| ("PATH", path)));
    command.arg("--wire").stdin(Stdio::null()).output().expect("it starts")
}

#[test]
fn where_there_is_no_network_of_its_own_a_sentence_says_why() {
    if cfg!(target_os = "linux") {
        let nothing = tempfile::tempdir().expect("a folder");
        says_why(
            &refused(&[], Some(nothing.path())),
            "the program unshare, of the package util-linux, is not installed",
        );
    } else {
        return says_why(&refused(&[], None), "only Linux has one");
    }
    if !can_be_had() {
        return says_why(&refused(&[], None), "this system refuses it (unshare: ");
    }
    // In a namespace whose owner may make no other.
    let forbidden = "echo 0 >/proc/sys/user/max_user_namespaces && exec \"$0\" --wire";
    let sysctl = ["unshare", "--user", "--map-root-user", "sh", "-c", forbidden];
    says_why(&refused(&sysctl, None), "this system refuses it (unshare: unshare failed: No space left on device)");
    // As a seccomp filter does: the call comes back with EPERM.
    if Command::new("strace").arg("-V").output().is_ok() {
        let seccomp = ["strace", "-f", "-o", "/dev/null", "-e", "inject=unshare:error=EPERM"];
        says_why(&refused(&seccomp, None), "this system refuses it (unshare: unshare failed: Operation not permitted)");
    }
}

fn says_why(output: &Output, why: &str) {
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains(why) && said.contains("Chapter 4 of the book shows what crosses it."), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(output.stdout.is_empty());
}

#[test]
fn a_file_that_cannot_be_written_is_said() {
    if !can_be_had() {
        return;
    }
    let output = command("lesson04_accept", &["--pcap", "/no/such/folder/file"]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("/no/such/folder/file cannot be written: No such file"), "{output:?}");
}

/// The plain run starts no process, and no more threads than its watchdog.
#[test]
fn without_the_flag_nothing_of_it_is_there() {
    let log = tempfile::NamedTempFile::new().expect("a file");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-e", "trace=clone,clone3,fork,vfork,execve,unshare,socket", "-o"]).arg(log.path());
    let status = strace.arg(program("solution05_send_recv")).stdin(Stdio::null()).stdout(Stdio::null()).status();
    if status.is_err() {
        return println!("skipped: there is no strace on this machine");
    }
    let calls = fs::read_to_string(log.path()).expect("it was written");
    let count = |what: &str| calls.lines().filter(|line| line.contains(what)).count();
    assert_eq!((count("execve("), count("vfork("), count("unshare("), count("AF_PACKET")), (1, 0, 0, 0), "{calls}");
}

#[test]
fn an_ordinary_user_has_it_as_well() {
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|output| text(&output.stdout).trim() == "0");
    if !can_be_had() || !is_root {
        return;
    }
    // Where that user can read it.
    let folder = tempfile::Builder::new().permissions(open_to_all()).tempdir().expect("a folder");
    let copy = folder.path().join("lesson");
    fs::copy(program("solution04_accept"), &copy).expect("it can be copied");
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&copy).arg("--wire");
    let output = command.env("LANG", "C.UTF-8").stdin(Stdio::null()).output().expect("setpriv is there");
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("  SYN, ACK\n"));
}

#[cfg(unix)]
fn open_to_all() -> fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o755)
}

#[cfg(not(unix))]
fn open_to_all() -> fs::Permissions {
    fs::metadata(".").expect("a folder").permissions()
}

/// A lesson that waits for its reader.
struct Paused {
    lesson: Child,
    screen: BufReader<std::process::ChildStdout>,
}

impl Paused {
    fn start() -> Self {
        let mut command = command("lesson04_accept", &["--wire", "--pause"]);
        let mut lesson = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
        let screen = BufReader::new(lesson.stdout.take().expect("a pipe"));
        Self { lesson, screen }
    }

    /// The command that it names after the first step.
    fn look(&mut self) -> String {
        loop {
            let mut line = String::new();
            assert!(self.screen.read_line(&mut line).expect("UTF-8") > 0, "it named no command");
            if line.trim().starts_with("nsenter ") {
                return line.trim().to_owned();
            }
        }
    }

    /// Goes on to the end: its exit code, and what it still said.
    fn go_on(mut self) -> (Option<i32>, String) {
        let mut keys = self.lesson.stdin.take().expect("a pipe");
        let _ = keys.write_all(&b"\n".repeat(40));
        drop(keys);
        let mut rest = String::new();
        self.screen.read_to_string(&mut rest).expect("UTF-8");
        (self.lesson.wait().expect("it ends").code(), rest)
    }
}

#[test]
fn the_command_that_a_pause_names_looks_into_that_network() {
    if !can_be_had() || Command::new("ss").arg("-V").output().is_err() {
        return;
    }
    let mut lesson = Paused::start();
    let look = lesson.look();
    let shown = Command::new("sh").args(["-c", &look]).output().expect("there is a shell");
    assert!(text(&shown.stdout).contains("LISTEN"), "{look}: {}{}", text(&shown.stdout), text(&shown.stderr));
    assert_eq!(lesson.go_on().0, Some(0));
}

/// Another packet socket in that network, which nobody reads: what it loses counts as the capture's.
#[test]
fn a_loss_is_counted_and_told() {
    if !can_be_had() || Command::new("python3").arg("-V").output().is_err() {
        return;
    }
    let mut lesson = Paused::start();
    let look = lesson.look();
    let (enter, _) = look.split_once(" ss ").expect("nsenter … ss …");
    let deaf = "import socket, sys\n\
                s = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))\n\
                s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 0)\n\
                print('here', flush=True)\n\
                sys.stdin.read()";
    let mut python = Command::new("sh");
    python.args(["-c", &format!("exec {enter} python3 -c \"$DEAF\"")]).env("DEAF", deaf);
    let mut python = python.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("there is a shell");
    let mut here = [0; 4];
    python.stdout.as_mut().expect("a pipe").read_exact(&mut here).expect("python enters the network");
    let (code, said) = lesson.go_on();
    drop(python.stdin.take());
    python.wait().expect("it ends");
    assert!(said.contains("   ✗  The capture is not complete: the kernel threw "), "{said}");
    assert_eq!(code, Some(1));
}

/// Nothing is told that did not cross: the exercise of lesson 4 as it stands connects nobody.
#[test]
fn an_exercise_that_is_not_started_tells_no_segment_of_its_own() {
    if !can_be_had() {
        return;
    }
    let output = command("lesson04_accept", &["--wire", "--exercise", "connect_to"]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(0));
    assert!(!transcript::exercise(&text(&output.stdout)).contains("   wire "), "{}", text(&output.stdout));
}
