//! A cable is cut and healed: what was sent meanwhile arrives, and the wire shows that it was sent again.

use std::env;
use std::fs;
use std::io::{self, ErrorKind};
use std::process::{Command, ExitCode, Stdio};

use narrator::wire::{data, sent_again};
use narrator::{Lesson, Story, cable, local_address, partner};

const LESSON: Lesson = Lesson {
    number: 1,
    package: "lesson01_create",
    hints: &[],
    questions: &[],
    wire_questions: &[],
    proved: "",
    question: "",
};

fn main() -> ExitCode {
    if env::args().any(|argument| argument == "--wire") {
        return narrator::tell(&LESSON, walkthrough, |_| {});
    }
    // Itself, as a lesson. The transcript lies beside it.
    let program = env::current_exe().expect("it has a path");
    let transcript = program.with_extension("transcript");
    let _ = fs::remove_file(&transcript);
    let mut lesson = Command::new(program);
    lesson.arg("--wire").env("LESSON_TRANSCRIPT", &transcript).stdin(Stdio::null()).stdout(Stdio::null());
    let output = lesson.stderr(Stdio::piped()).output().expect("it starts");
    if output.status.code() == Some(2) {
        println!("cable: skipped. {}", String::from_utf8_lossy(&output.stderr));
        return ExitCode::SUCCESS;
    }
    let told = fs::read_to_string(transcript).expect("it was written");
    assert!(output.status.success(), "{told}");
    let steps = told.split_once("\n1  ").expect("a first step").1.split_once("\n0 of 0").expect("an end").0;
    assert_eq!(steps, EXPECTED.trim_start_matches("\n1  "), "{told}");
    println!("cable: ok");
    ExitCode::SUCCESS
}

const EXPECTED: &str = "
1  The cable is cut, and the client sends.
   wire    client → server                    SYN
   wire    server → client                    SYN, ACK
   wire    client → server                    ACK
   client  send(\"patience\")                   8 bytes
   wire    client → server                    PSH, ACK, 8 bytes \"patience\"
   wire    client → server                    PSH, ACK, 8 bytes \"patience\",
                                              again
   server  recv() that must not wait          WouldBlock (EAGAIN)

2  The cable is healed.
   wire    client → server                    PSH, ACK, 8 bytes \"patience\",
                                              again
   server  recv()                             \"patience\"
   kernel  client → server                    ESTABLISHED
";

fn walkthrough(story: &mut Story) -> io::Result<()> {
    story.step("The cable is cut, and the client sends.");
    let (stream, client) = partner::meet(story, None)?;
    let (server, own) = (local_address(&stream)?, local_address(&client)?);
    let ends = [&stream, &client];
    assert_eq!(cable::heal(&ends).map_err(|error| error.kind()), Err(ErrorKind::NotFound));
    cable::cut(&ends)?;
    story.client("send(\"patience\")", client.send(b"patience"));
    story.wire([data(own, server, 8), sent_again(own, server)].concat());
    story.server("recv() that must not wait", partner::peek(&stream));

    story.step("The cable is healed.");
    cable::heal(&ends)?;
    story.wire(sent_again(own, server));
    story.server("recv()", partner::hear(&stream));
    story.kernel(narrator::kernel::connection(own, server, narrator::kernel::State::Established));
    Ok(())
}
