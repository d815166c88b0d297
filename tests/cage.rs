//! What is tried from inside the cage harms nobody: it leaves a line of its own and a sentence, and the next is graded.

#![cfg(target_os = "linux")]

use std::fs;
use std::net::TcpListener;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use grading::course;

mod shared;

use shared::class::{ACCEPT, Class, FIRST_LINE, Graded, PROGRAM, exercise};

/// Something that is nobody's business, and may not be changed.
const SECRET: &str = "a secret of the teacher's";

/// What somebody tries, beside a right answer.
fn tries(class: &Class, learner: &str, code: &str) {
    class.solve(learner, ACCEPT, FIRST_LINE, &format!("{FIRST_LINE}\n{code}"));
}

/// A file with the secret, beside the submissions and in the system's folder for temporary files.
fn secrets(class: &Class) -> Vec<PathBuf> {
    let home = class.folder.with_extension("home");
    fs::create_dir_all(&home).expect("a folder");
    let secrets = vec![home.join("secret"), std::env::temp_dir().join(format!("secret-{}", std::process::id()))];
    secrets.iter().for_each(|secret| fs::write(secret, SECRET).expect("written"));
    secrets
}

fn accept_of(graded: &Graded, learner: &str) -> String {
    let row = graded.rows.get(learner).unwrap_or_else(|| panic!("{learner} has no line:\n{}", graded.told));
    row["lesson04_accept::accept_clients"].clone()
}

/// Each of these is refused by the system, so that the answer passes: it is right otherwise.
#[test]
fn nothing_outside_can_be_read_changed_or_reached() {
    let class = Class::new("outside");
    let secrets = secrets(&class);
    let root = course::root().display();
    let own = class.folder.join("reads another/").join(exercise(ACCEPT));
    let mut read: Vec<_> = secrets.iter().map(|path| path.display().to_string()).collect();
    read.extend(["/etc/shadow", "/etc/passwd", "/root", "/home", "/var/log"].map(str::to_owned));
    read.extend(
        ["tests/snapshots/lesson04_accept.exercise.snap", "Cargo.toml", "target/debug"]
            .map(|file| format!("{root}/{file}")),
    );
    read.push(class.folder.display().to_string());
    read.push(own.display().to_string());
    let reads = format!(
        "for path in {read:?} {{
             assert!(std::fs::read(path).is_err() && std::fs::read_dir(path).is_err(), \"{{path}} can be read\");
         }}"
    );
    // The first process of the cage is bubblewrap's: it can be seen, and has nothing of ours.
    tries(&class, "reads another", &reads);
    let mut written: Vec<_> = read.iter().map(|path| format!("{path}/mine")).collect();
    written.push(secrets[0].display().to_string());
    written.extend(["/mine", "/usr/mine", "/etc/mine", "/dev/mine", "/dev/shm/mine"].map(str::to_owned));
    written.push(format!("{root}/{}", exercise(ACCEPT)));
    tries(
        &class,
        "writes",
        &format!(
            "for path in {written:?} {{ assert!(std::fs::write(path, \"mine\").is_err(), \"{{path}} can be written\"); }}
             let own = std::env::current_exe()?;
             assert!(std::fs::write(&own, \"mine\").is_err() && std::fs::remove_file(&own).is_err(), \"its own program\");
             std::fs::write(\"/tmp/mine\", \"mine\")?; // This is its own."
        ),
    );
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let port = listener.local_addr().expect("its address").port();
    tries(
        &class,
        "connects",
        &format!(
            "// The lesson also calls this when no descriptor is left: then there is no socket that could connect.
             let fails = |address: &str, wanted: io::ErrorKind| {{
                 let error = std::net::TcpStream::connect(address).expect_err(\"it is connected\");
                 assert!(error.kind() == wanted || error.raw_os_error() == Some(24), \"{{error}}\");
             }};
             fails(\"192.0.2.1:80\", io::ErrorKind::NetworkUnreachable);
             fails(\"127.0.0.1:{port}\", io::ErrorKind::ConnectionRefused);"
        ),
    );
    tries(
        &class,
        "looks around",
        "let numbers = std::fs::read_dir(\"/proc\")?.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
         assert!(numbers.count() <= 3, \"there are others\");
         for entry in std::fs::read_dir(\"/proc/self/fd\")?.flatten() {
             if let Ok(to) = std::fs::read_link(entry.path()) {
                 assert!(!to.ends_with(\"secret\"), \"{to:?} is open\");
             }
         }
         assert!(std::env::vars().all(|(name, _)| name != \"SECRET\"));
         let first = std::fs::read(\"/proc/1/environ\").unwrap_or_default();
         assert!(!String::from_utf8_lossy(&first).contains(\"SECRET\"), \"of the first process\");
         // A network of its own can be had, as --wire needs it.
         assert!(std::process::Command::new(\"unshare\").args([\"-Urn\", \"true\"]).status()?.success());",
    );
    class.solve("the next", ACCEPT, "", "");

    let graded = {
        // Somebody left files open, and a variable.
        let mut shell = Command::new("bash");
        shell.args(["-c", "exec 7<\"$1\" 23<\"$1\"; shift; exec \"$@\"", "shell"]).arg(&secrets[0]).arg(&*PROGRAM);
        shell.env("SECRET", SECRET);
        class.grade_by(shell, &[])
    };
    for learner in ["reads another", "writes", "connects", "looks around", "the next"] {
        assert_eq!(accept_of(&graded, learner), "passed", "{learner}: {}", graded.summary);
    }
    assert_eq!(graded.code, Some(0), "{}", graded.told);
    for secret in secrets {
        assert_eq!(fs::read_to_string(&secret).ok().as_deref(), Some(SECRET), "{}", secret.display());
        fs::remove_file(secret).expect("removed");
    }
}

/// In the compiler: what is included would be part of the program, or of a message.
#[test]
fn the_compiler_finds_no_file_but_the_exercise() {
    let class = Class::new("includes");
    let secret = secrets(&class).swap_remove(0);
    let snapshot = "../../../tests/snapshots/lesson04_accept.exercise.snap";
    let includes = [
        ("text", "const TEXT: &str = include_str!(\"/etc/passwd\");".to_owned()),
        ("secret", format!("const TEXT: &str = include_str!({secret:?});")),
        ("snapshot", format!("const TEXT: &str = include_str!({snapshot:?});")),
        ("code", format!("include!({secret:?});")),
        ("module", format!("#[path = {secret:?}] mod secret;")),
        ("lesson", "include!(\"lib.rs\");".to_owned()),
    ];
    for (learner, code) in &includes {
        class.solve(learner, ACCEPT, "", &format!("{code}\n"));
    }
    class.solve("the next", ACCEPT, "", "");
    let graded = class.grade(&[]);
    for (learner, _) in &includes {
        assert_eq!(accept_of(&graded, learner), "failed", "{learner}: {}", graded.summary);
    }
    graded.says("lesson04_accept does not compile");
    assert!(!graded.summary.contains(SECRET) && !graded.told.contains(SECRET), "{}", graded.summary);
    assert_eq!(accept_of(&graded, "the next"), "passed");
}

/// Bombs: what each becomes is its own business, but in time, and the next is graded.
#[test]
fn whatever_grows_without_end_is_ended() {
    let class = Class::new("bombs");
    let run = [
        ("forks", "let _ = std::process::Command::new(\"sh\").args([\"-c\", \"f() { f | f & }; f\"]).spawn();"),
        ("threads", "while std::thread::Builder::new().spawn(|| std::thread::park()).is_ok() {}"),
        ("spins", "for _ in 0..200 { let _ = std::thread::Builder::new().spawn(|| loop { std::hint::spin_loop() }); }"),
        ("memory", "let mut all = Vec::new(); loop { all.push(vec![1u8; 1 << 20]); }"),
        (
            "disk",
            "let mut file = std::fs::File::create(\"/tmp/large\")?;
                  while std::io::Write::write_all(&mut file, &[1; 1 << 20]).is_ok() {}",
        ),
        ("files", "for number in 0.. { if std::fs::write(format!(\"/tmp/{number}\"), [1; 4096]).is_err() { break } }"),
        ("output", "for _ in 0..1 << 14 { print!(\"{}\", \"much \".repeat(1 << 14)); }"),
        (
            "story",
            "let story = std::env::var(\"LESSON_TRANSCRIPT\").unwrap();
                   let mut file = std::fs::OpenOptions::new().append(true).open(story)?;
                   loop { std::io::Write::write_all(&mut file, &[b'x'; 1 << 20])?; }",
        ),
        ("daemon", "let _ = std::process::Command::new(\"setsid\").args([\"sleep\", \"86397.75\"]).spawn();"),
        (
            "kills",
            "let _ = std::process::Command::new(\"sh\").args([\"-c\", \"kill -9 -1; kill -9 1 $PPID 0\"]).spawn();
                   loop { std::thread::park() }",
        ),
        ("stops", "let _ = std::process::Command::new(\"sh\").args([\"-c\", \"kill -STOP -1 1 $PPID\"]).status();"),
    ];
    for (learner, code) in run {
        tries(&class, learner, code);
    }
    let compiled = [
        (
            "endless const",
            "#![allow(long_running_const_eval)]\npub const N: u64 = { let mut n = 0u64; while n < u64::MAX { n += 1 } n };\n",
        ),
        ("macros", "macro_rules! endless { ($($t:tt)*) => { endless!($($t)* $($t)* x) } }\nendless!(x);\n"),
        ("large static", "pub static LARGE: [u8; 1 << 40] = [1; 1 << 40];\n"),
    ];
    for (learner, code) in compiled {
        class.solve(learner, ACCEPT, "", code);
    }
    class.solve("the next", ACCEPT, "", "");
    let begin = Instant::now();
    let graded = class.grade(&[]);
    assert!(begin.elapsed() < Duration::from_secs(240), "it took {:?}", begin.elapsed());
    for learner in run.iter().map(|(name, _)| name).chain(compiled.iter().map(|(name, _)| name)) {
        let grade = accept_of(&graded, learner);
        println!("{learner}: {grade}");
        assert!(
            grade == "passed" || graded.summary.contains(&format!("\n{learner}\n  ")),
            "{learner} has no sentence: {}",
            graded.summary
        );
    }
    for learner in ["memory", "story", "kills", "endless const", "macros", "large static"] {
        assert_ne!(accept_of(&graded, learner), "passed", "{learner}");
    }
    assert_eq!(accept_of(&graded, "the next"), "passed", "{}", graded.summary);
    println!("{}", graded.summary);
    for entry in fs::read_dir("/proc").expect("Linux").flatten() {
        let command = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&command).contains("86397.75"), "a process of the submission lives on");
    }
}

/// Whatever lies where an exercise should.
#[test]
fn what_is_no_file_is_told() {
    let class = Class::new("no files");
    let place = |learner: &str| {
        let path = class.folder.join(learner).join(exercise(ACCEPT));
        fs::create_dir_all(path.parent().expect("its folder")).expect("a folder");
        path
    };
    std::os::unix::fs::symlink("exercise.rs", place("a loop")).expect("a link");
    std::os::unix::fs::symlink("/dev/null", place("a device")).expect("a link");
    std::os::unix::fs::symlink("/proc/self/environ", place("a process")).expect("a link");
    assert!(Command::new("mkfifo").arg(place("a pipe")).status().expect("mkfifo").success());
    fs::File::create(place("huge")).and_then(|file| file.set_len(1 << 40)).expect("a file with a hole");
    fs::write(place("no text"), b"\xff\xfe\x00").expect("written");
    fs::write(place("deep"), format!("mad!({}{});", "(".repeat(30_000), ")".repeat(30_000))).expect("written");
    fs::write(place("many"), "fn a ".repeat(19_000)).expect("written");
    std::os::unix::fs::symlink("the next", class.folder.join("a link")).expect("a link");
    class.solve("the next", ACCEPT, "", "");
    let graded = class.grade(&[]);
    for learner in ["a loop", "a device", "a process", "a pipe", "huge", "deep", "a link"] {
        assert_eq!(accept_of(&graded, learner), "not graded", "{learner}: {}", graded.summary);
    }
    assert_eq!(accept_of(&graded, "no text"), "failed");
    assert_eq!(accept_of(&graded, "many"), "failed");
    assert_eq!(accept_of(&graded, "the next"), "passed");
    for sentence in [
        "is a link out of the submission",
        "has more than 200 brackets",
        "The folder is a link",
        "is no file.",
        "is longer than 100000 bytes",
        "cannot be read: ",
    ] {
        graded.says(sentence);
    }
}

/// A spreadsheet takes each for text, and each has one line.
#[test]
fn every_name_is_a_line_of_its_own() {
    let class = Class::new("names");
    let names: [&[u8]; 15] = [
        b"=cmd()",
        b"+1",
        b"-1",
        b"@sum",
        b"a;=cmd()",
        b"a,b",
        b"say \"hi\"",
        b"two\nlines",
        b"\ttab",
        b"\xff\xfe",
        b"anna",
        b"Anna",
        b"\\xff\\xfe",
        "＝1".as_bytes(),
        b"'quoted",
    ];
    for name in names {
        let name = Path::new(std::ffi::OsStr::from_bytes(name));
        fs::create_dir_all(class.folder.join(name)).expect("a folder");
    }
    let graded = class.grade(&[]);
    assert_eq!(graded.code, Some(0), "{}", graded.told);
    let text = fs::read_to_string(class.folder.with_extension("csv")).expect("text");
    assert_eq!(text.lines().count(), 1 + names.len(), "{text}");
    assert_eq!(graded.rows.len(), names.len(), "{text}");
    for name in graded.rows.keys() {
        assert!(!name.starts_with(['=', '+', '-', '@', '\t', '＝']), "{name:?}");
    }
    assert!(text.contains("\"a;=cmd()\",\"") && text.contains("\\xff\\xfe"), "{text}");
}

/// Without it, nothing is run, unless somebody asks for that.
#[test]
fn where_there_is_no_cage_a_sentence_says_what_that_means() {
    let class = Class::new("no cage");
    class.solve("anna", ACCEPT, "", "");
    let bare = class.folder.with_extension("bin");
    fs::create_dir_all(&bare).expect("a folder");
    let output = Command::new(&*PROGRAM).arg(&class.folder).env("PATH", &bare).output().expect("it starts");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("There is no cage on this system") && told.contains("--without-cage"), "{told}");
    assert!(told.contains("bwrap cannot be started"), "{told}");

    let graded = class.grade(&["--without-cage"]);
    assert_eq!(graded.code, Some(0), "{}", graded.told);
    graded.has("anna", &[(ACCEPT, "passed")], "not started");
}
