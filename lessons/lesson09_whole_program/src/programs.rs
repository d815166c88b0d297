//! The two programs around the learner's functions: flags, what is said to the user, and the end by Ctrl-C.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::io::{self, ErrorKind};
use std::net::{Ipv6Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use narrator::{NotStarted, Outcome, Voice, local_address, peer_address};
use socket2::{Domain, Socket, Type};

use crate::server::{open, serve};
use crate::{ANSWER, Converse, GREETING, LESSON, MOST, ServeClient};

/// How many conversations came to their end, for the last line.
static SERVED: AtomicUsize = AtomicUsize::new(0);

/// The clients that are in a conversation, for the last lines.
static INSIDE: Mutex<BTreeSet<SocketAddr>> = Mutex::new(BTreeSet::new());

/// After so long the client says what it waits for.
const SOON: Duration = Duration::from_secs(2);

const SERVER_FLAGS: &[(&str, &str)] = &[
    ("--address", "where it listens; 127.0.0.1:6666 if you give none, and port 0 for any free one"),
    ("--greeting", "what it says to each client"),
    ("--timeout", "after how many seconds of silence it closes; 30 if you give none"),
];

const CLIENT_FLAGS: &[(&str, &str)] = &[
    ("--address", "where the server listens; 127.0.0.1:6666 if you give none"),
    ("--answer", "what it says to the server's greeting, at most 65536 bytes"),
    ("--timeout", "after how many seconds it gives up; 30 if you give none"),
];

/// The server's program: listens until Ctrl-C, and tells what becomes of each client.
///
/// Exit code 0 after Ctrl-C; 1 when it cannot listen; 2 when a flag is wrong.
pub fn server(serve_client: ServeClient) -> ExitCode {
    let options = match Options::read(SERVER_FLAGS) {
        Ok(options) => options,
        Err(end) => return end,
    };
    let listening = match stay_on_loopback(options.address).and_then(|()| open(options.address)) {
        Ok(listening) => listening,
        Err(error) => return fail(why_not_open(options.address, &error)),
    };
    let address = local_address(&listening).unwrap_or(options.address);
    narrator::say(Voice::Server, "listen()", format!("at {address}, until Ctrl-C"));
    if let Err(error) = end_by_ctrl_c() {
        return fail(format!("Ctrl-C cannot be waited for: {error}."));
    }
    // The threads live as long as the program, and so do the options that they share.
    let options: &'static Options = Box::leak(Box::new(options));
    let error = serve(
        &listening,
        move |stream| {
            stream.set_read_timeout(Some(options.timeout))?;
            stream.set_write_timeout(Some(options.timeout))?;
            inside().extend(peer_address(&stream));
            serve_client(stream, &options.greeting)
        },
        move |peer, result| {
            // Who is gone already has been told of, at Ctrl-C.
            inside().remove(&peer);
            if let Ok(Ok(_)) = result {
                SERVED.fetch_add(1, Ordering::Relaxed);
            }
            narrator::say(Voice::Client, &peer.to_string(), what_became(result, options.timeout));
        },
    );
    fail(format!("accept fails: {error}."))
}

fn inside() -> std::sync::MutexGuard<'static, BTreeSet<SocketAddr>> {
    INSIDE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The client's program: one conversation.
///
/// Exit code 0 when it was greeted and has answered; 1 when not, as by a server that closes at once, or that says nothing
/// until the time is up; 2 when a flag is wrong.
pub fn client(converse: Converse) -> ExitCode {
    let options = match Options::read(CLIENT_FLAGS) {
        Ok(options) => options,
        Err(end) => return end,
    };
    if options.answer.len() > MOST {
        let count = options.answer.len();
        eprintln!("`--answer` has {count} bytes. This server and client have agreed on {MOST} at most.");
        return ExitCode::from(2);
    }
    let (address, answer) = (options.address, options.answer.clone());
    let (done, result) = mpsc::channel();
    // A thread of its own, so that somebody can say what it waits for.
    thread::spawn(move || done.send(converse(address, &answer)));
    let mut result = result.recv_timeout(SOON.min(options.timeout)).or_else(|error| {
        if error == RecvTimeoutError::Timeout && SOON < options.timeout {
            let waits = "nothing yet: this client waits, until the server has greeted and taken the answer";
            narrator::say(Voice::Server, &address.to_string(), waits);
            return result.recv_timeout(options.timeout - SOON);
        }
        Err(error)
    });
    match &mut result {
        Ok(Ok(greeting)) if greeting.is_empty() => {
            fail(format!("The server at {address} closed the connection without a greeting."))
        }
        Ok(Ok(greeting)) => {
            narrator::say(
                Voice::Server,
                &address.to_string(),
                format!("greeted {:?}", String::from_utf8_lossy(greeting)),
            );
            narrator::say(Voice::Client, "answered", format!("{:?}", options.answer));
            ExitCode::SUCCESS
        }
        Ok(Err(error)) => fail(why_no_conversation(address, error)),
        Err(RecvTimeoutError::Timeout) => fail(format!(
            "After {:?} the conversation with {address} is not over: the server has not greeted, or does not take the \
             answer. This client waits no longer (--timeout). Does the server wait for the client to speak first?",
            options.timeout
        )),
        // It has said why on its own.
        Err(RecvTimeoutError::Disconnected) => fail(format!("converse panicked, in the conversation with {address}.")),
    }
}

struct Options {
    address: SocketAddr,
    greeting: String,
    answer: String,
    timeout: Duration,
}

impl Options {
    /// The program's arguments. `Err` is the end of the program: after `--help`, or after a sentence about what is wrong.
    fn read(flags: &[(&str, &str)]) -> Result<Self, ExitCode> {
        let known: Vec<_> = flags.iter().map(|(flag, _)| *flag).collect();
        let refuse = |sentence: String| {
            eprintln!("{sentence} The flags are: {}; --help says what they mean.", known.join(", "));
            ExitCode::from(2)
        };
        Self::parse(&known).map_err(|error| refuse(full_stop(error.to_string())))?.ok_or_else(|| {
            println!("Lesson 9 of the course tells what this program does. Its flags, each followed by a value:");
            flags.iter().for_each(|(flag, meaning)| println!("  {flag:<12}{meaning}"));
            ExitCode::SUCCESS
        })
    }

    /// `None` when help is asked for.
    fn parse(known: &[&str]) -> Result<Option<Self>, lexopt::Error> {
        use lexopt::prelude::*;
        let mut options = Self {
            address: SocketAddr::from(([127, 0, 0, 1], 6666)),
            greeting: GREETING.to_owned(),
            answer: ANSWER.to_owned(),
            timeout: Duration::from_secs(30),
        };
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("help") | Short('h') => return Ok(None),
                Long(name) if !known.contains(&format!("--{name}").as_str()) => return Err(argument.unexpected()),
                Long("address") => options.address = address(&arguments.value()?.string()?)?,
                Long("greeting") => options.greeting = arguments.value()?.string()?,
                Long("answer") => options.answer = arguments.value()?.string()?,
                Long("timeout") => {
                    let seconds: f64 = arguments.value()?.parse()?;
                    options.timeout = Duration::try_from_secs_f64(seconds)
                        .ok()
                        .filter(|timeout| !timeout.is_zero())
                        .ok_or("`--timeout` takes a number of seconds above 0.")?;
                }
                _ => return Err(argument.unexpected()),
            }
        }
        Ok(Some(options))
    }
}

/// An error's text as a sentence.
fn full_stop(text: String) -> String {
    if text.ends_with('.') { text } else { format!("{text}.") }
}

/// An address and a port; or a sentence that says which part of it is none.
fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        // The colons of `[::1]` stand in front of no port.
        let Some((ip, port)) = text.rsplit_once(':').filter(|_| !text.ends_with(']')) else {
            return format!("`{text}` has no port: write it as 127.0.0.1:6666.");
        };
        let ipv6 = |text: &str| text.parse::<Ipv6Addr>().is_ok();
        if ipv6(ip) || ipv6(text) {
            return format!("`{text}` has no brackets: an IPv6 address needs them, as in [::1]:6666.");
        }
        let octets: Vec<_> = ip.split('.').collect();
        let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let too_large = octets.iter().position(|octet| number(octet) && octet.parse::<u8>().is_err());
        match too_large {
            Some(at) if octets.iter().all(|octet| number(octet)) => {
                let place = ["first", "second", "third", "fourth"].get(at).copied().unwrap_or("last");
                format!("`{}` in `{ip}` is no octet: the {place} number is one byte, 0 to 255.", octets[at])
            }
            _ if port.parse::<u16>().is_err() => format!("`{port}` is no port: a port is a number from 0 to 65535."),
            _ => format!("`{ip}` is no IP address, as 127.0.0.1 is; names are not looked up here."),
        }
    })
}

/// A server of this course never listens where others could reach it. An address that is not even this machine's is told
/// by the kernel: it is bound, and no more.
fn stay_on_loopback(address: SocketAddr) -> io::Result<()> {
    if address.ip().is_loopback() {
        return Ok(());
    }
    Socket::new(Domain::for_address(address), Type::STREAM, None)?.bind(&address.into())?;
    Err(io::Error::other("it can be reached from outside, and this server stays on loopback, 127.0.0.1"))
}

fn why_not_open(address: SocketAddr, error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::AddrInUse => {
            let port = address.port();
            let look = if cfg!(target_os = "linux") {
                format!("`ss -tanp 'sport = :{port}'` shows it")
            } else {
                "`netstat -an` shows it".to_owned()
            };
            format!(
                "{address} is taken: mostly by a program that listens there, else by an old connection (lesson 7). \
                 {look}. Choose another port with --address, or end that program."
            )
        }
        ErrorKind::AddrNotAvailable => {
            format!("{} is no address of this machine. Listen on 127.0.0.1, with --address.", address.ip())
        }
        ErrorKind::PermissionDenied => {
            format!(
                "You may not have port {}: those below 1024 are kept for the system. Choose a higher one.",
                address.port()
            )
        }
        _ => format!("This server does not listen at {address}: {error}."),
    }
}

fn why_no_conversation(address: SocketAddr, error: &io::Error) -> String {
    if NotStarted::of(error).is_some() {
        return format!("It is your turn: write converse in {}.", LESSON.exercise_file());
    }
    match error.kind() {
        ErrorKind::ConnectionRefused => {
            format!(
                "Nobody listens at {address}. Start the server first, in another terminal, with the same --address."
            )
        }
        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => {
            format!("The server at {address} broke the connection off before the conversation was over.")
        }
        ErrorKind::TimedOut | ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable => {
            format!("{address} does not answer: no machine is there, or something on the way keeps silent.")
        }
        _ => format!("The conversation with {address} failed: {error}."),
    }
}

/// A client's line in the server's story.
fn what_became(result: std::thread::Result<io::Result<Vec<u8>>>, timeout: Duration) -> Outcome {
    let Ok(result) = result else { return "serve_client panicked; the others go on".into() };
    match result {
        Ok(answer) if answer.is_empty() => "greeted, and left without a word".into(),
        Ok(answer) => match String::from_utf8(answer) {
            Ok(text) => format!("answered {:?}", shortened(&text)).into(),
            Err(error) => format!("answered {} bytes that are no UTF-8", error.as_bytes().len()).into(),
        },
        Err(error) => match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => format!("was silent for {timeout:?}: closed").into(),
            ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => "broke the connection off".into(),
            ErrorKind::ResourceBusy => "came when no thread was left: closed".into(),
            ErrorKind::QuotaExceeded => "had been here longest when all places were taken: closed".into(),
            ErrorKind::Interrupted => {
                "closed: serve_client gave up at a call that a signal had interrupted (Ctrl-Z and fg)".into()
            }
            ErrorKind::InvalidData => "said more than 64 KiB: refused".into(),
            _ if NotStarted::of(&error).is_some() => "your turn: write serve_client".into(),
            _ => Outcome::from(&error),
        },
    }
}

/// A text that fits into its line.
fn shortened(text: &str) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn fail(sentence: impl Display) -> ExitCode {
    eprintln!("{sentence}");
    ExitCode::FAILURE
}

/// Ctrl-C (SIGINT) ends the program with a last line.
#[cfg(unix)]
fn end_by_ctrl_c() -> io::Result<()> {
    let mut signals = signal_hook::iterator::Signals::new([signal_hook::consts::SIGINT])?;
    std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            for peer in inside().iter() {
                narrator::say(Voice::Client, &peer.to_string(), "was in the middle of its conversation: cut off");
            }
            let served = SERVED.load(Ordering::Relaxed);
            let clients = if served == 1 { "client" } else { "clients" };
            narrator::say(Voice::Server, "Ctrl-C", format!("{served} {clients} served"));
            std::process::exit(0);
        }
    });
    Ok(())
}

/// On Windows Ctrl-C ends the program without a last line.
#[cfg(not(unix))]
fn end_by_ctrl_c() -> io::Result<()> {
    Ok(())
}
