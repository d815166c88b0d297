//! The two programs of lesson 9, as a user runs them: with each other, with programs that we did not write, and with
//! everything that can go wrong.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use grading::build::{self, Built};
use grading::{course, desk};

static BUILT: LazyLock<Built> = LazyLock::new(|| build::build(&["solution09_whole_program".to_owned()]));
const PATIENCE: Duration = Duration::from_secs(10);
const GREETING: &str = "Welcome to study socket!";

fn command(program: &str) -> Command {
    let path = BUILT.executable(program).unwrap_or_else(|error| panic!("{program} does not compile: {error}"));
    let mut command = Command::new(path);
    command.env("LANG", "C.UTF-8").env_remove("LC_ALL").env_remove("TERM").stdin(Stdio::null());
    command
}

fn run(program: &str, arguments: &[&str]) -> Output {
    command(program).args(arguments).output().expect("it starts")
}

/// A server at a port that the kernel chose, and the lines that it tells.
struct Server {
    process: Child,
    address: SocketAddr,
    /// The first line, which says where it listens.
    first: String,
    lines: Receiver<String>,
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        let with_address = arguments.contains(&"--address");
        let address: &[&str] = if with_address { &[] } else { &["--address", "127.0.0.1:0"] };
        let mut process =
            command("server").args(address).args(arguments).stdout(Stdio::piped()).spawn().expect("it starts");
        let lines = lines(process.stdout.take().expect("a pipe"));
        let first = lines.recv_timeout(PATIENCE).expect("a server says where it listens");
        let address = first.split_whitespace().find_map(|word| word.trim_end_matches(',').parse().ok());
        let address = address.expect("an address");
        Self { process, address, first, lines }
    }

    #[track_caller]
    fn says(&self, sentence: &str) {
        let line = self.lines.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("it does not say: {sentence}"));
        assert!(line.contains(sentence), "it should say: {sentence}\nit says: {line}");
    }

    /// A client of the test's own, which has been greeted.
    fn greeted(&self) -> TcpStream {
        let mut client = self.connect();
        let mut greeting = [0; GREETING.len()];
        client.read_exact(&mut greeting).expect("a greeting");
        assert_eq!(greeting, GREETING.as_bytes());
        client
    }

    fn connect(&self) -> TcpStream {
        let client = TcpStream::connect(self.address).expect("the server is up");
        client.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        client
    }

    /// A whole conversation, as any client would have it.
    fn still_serves(&self) {
        let mut client = self.greeted();
        client.write_all(b"over").expect("it receives");
        drop(client);
        self.says("answered \"over\"");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn lines(output: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || BufReader::new(output).lines().map_while(Result::ok).all(|line| sender.send(line).is_ok()));
    receiver
}

/// A program that a machine may not have; without it the test says that it is skipped.
fn partner(mut command: Command) -> Option<Child> {
    match command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn() {
        Ok(child) => Some(child),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            println!("skipped: there is no {} on this machine", command.get_program().display());
            None
        }
        Err(error) => panic!("{}: {error}", command.get_program().display()),
    }
}

fn python(script: &str, arguments: &[String]) -> Option<Child> {
    let mut command = Command::new("python3");
    command.arg(course::root().join("tests/partners").join(script)).args(arguments).env("PYTHONIOENCODING", "utf-8");
    partner(command)
}

#[test]
fn server_and_client_talk_to_each_other() {
    let server = Server::start(&["--greeting", "你好"]);
    let output = run("client", &["--address", &server.address.to_string(), "--answer", "over and out"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("你好"));
    server.says("answered \"over and out\"");
}

#[test]
fn the_server_talks_to_a_client_in_python() {
    let server = Server::start(&[]);
    let arguments = [server.address.ip().to_string(), server.address.port().to_string()];
    let Some(client) = python("client.py", &arguments) else { return };
    let output = client.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), GREETING);
    server.says("answered \"消息收到,over!\"");
}

#[test]
fn the_client_talks_to_a_server_in_python() {
    let Some(mut server) = python("server.py", &[]) else { return };
    let lines = lines(server.stdout.take().expect("a pipe"));
    let address = lines.recv_timeout(PATIENCE).expect("an address");
    let output = run("client", &["--address", &address]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains(GREETING));
    assert_eq!(lines.recv_timeout(PATIENCE).as_deref(), Ok("消息收到,over!"));
    assert!(server.wait().expect("it ends").success());
}

#[test]
fn a_server_that_closes_at_once_has_not_greeted() {
    let listening = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listening.local_addr().expect("an address").to_string();
    let server = thread::spawn(move || listening.accept().map(drop));
    let output = run("client", &["--address", &address]);
    let says = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{says}");
    // Whether the client's answer still finds a socket there, or is reset, is a matter of time.
    assert!(says.contains("without a greeting") || says.contains("broke the connection off"), "{says}");
    server.join().expect("no panic").expect("a client");
}

#[test]
fn the_server_talks_to_netcat() {
    let server = Server::start(&[]);
    let mut netcat = Command::new("nc");
    // -N: shut the writing half when the input ends, as our protocol wants it.
    netcat.arg("-N").args([server.address.ip().to_string(), server.address.port().to_string()]);
    let Some(mut client) = partner(netcat) else { return };
    client.stdin.take().expect("a pipe").write_all(b"over by netcat").expect("it reads");
    let output = client.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&output.stdout), GREETING);
    server.says("answered \"over by netcat\"");
}

#[test]
fn whatever_a_client_does_the_server_tells_it_and_stays_up() {
    let server = Server::start(&["--timeout", "0.3"]);

    drop(server.greeted());
    server.says("left without a word");

    let mut client = server.greeted();
    client.write_all(&[0xff, 0xfe, 0xfd]).expect("it receives");
    drop(client);
    server.says("answered 3 bytes that are no UTF-8");

    let mut client = server.greeted();
    let megabytes = vec![b'x'; 5_000_000];
    // It refuses in the middle, and closes with bytes unread: then the client is reset.
    assert!(client.write_all(&megabytes).and_then(|()| client.read_to_end(&mut Vec::new())).is_err());
    server.says("more than 64 KiB: refused");

    let silent = server.greeted();
    server.says("was silent for 300ms: closed");
    drop(silent);

    let reset = server.greeted();
    // Bytes that come and are not read make the close a reset.
    reset.shutdown(Shutdown::Read).expect("a socket");
    socket2::SockRef::from(&reset).set_linger(Some(Duration::ZERO)).expect("a socket");
    drop(reset);
    server.says("broke the connection off");

    drop(server.connect());
    // It left before it was greeted: in good order, or with its greeting unread and so by a reset.
    assert!(server.lines.recv_timeout(PATIENCE).is_ok());
    server.still_serves();
}

#[test]
fn five_hundred_clients_at_once_are_all_greeted() {
    let server = Server::start(&[]);
    let clients: Vec<_> = (0..500).map(|_| server.connect()).collect();
    for mut client in clients {
        let mut greeting = [0; GREETING.len()];
        client.read_exact(&mut greeting).expect("a greeting");
        client.write_all(b"over").expect("it receives");
    }
    for _ in 0..500 {
        server.says("answered \"over\"");
    }
}

#[cfg(unix)]
#[test]
fn a_restarted_server_has_its_port_back_at_once() {
    let server = Server::start(&["--timeout", "0.1"]);
    let address = server.address.to_string();
    // The server closes first, so that the connection lingers on its side.
    let silent = server.greeted();
    server.says("was silent");
    drop(silent);
    drop(server);
    let server = Server::start(&["--address", &address]);
    server.still_serves();
}

#[cfg(unix)]
fn signal(process: &Child, name: &str) {
    let status = Command::new("kill").args([&format!("-{name}"), &process.id().to_string()]).status();
    assert!(status.expect("kill is there").success());
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_server_with_a_count_of_those_who_were_served() {
    let mut server = Server::start(&[]);
    server.still_serves();
    server.still_serves();
    let mut refused = server.greeted();
    let _ = refused.write_all(&[b'x'; 100_000]);
    server.says("more than 64 KiB: refused");
    let inside = server.greeted();
    signal(&server.process, "INT");
    server.says(&format!("{}", inside.local_addr().expect("an address")));
    server.says("2 clients served");
    assert_eq!(server.process.wait().expect("it ends").code(), Some(0));
}

/// As by Ctrl-Z and fg. With a timeout on the socket that interrupts a call that waits (signal(7)).
#[cfg(target_os = "linux")]
#[test]
fn a_server_and_a_client_that_are_stopped_go_on() {
    let stop_and_go = |process: &Child| {
        let state = || std::fs::read_to_string(format!("/proc/{}/stat", process.id())).unwrap_or_default();
        let until = |stopped: bool| {
            let deadline = std::time::Instant::now() + PATIENCE;
            while state().contains(") T ") != stopped {
                assert!(std::time::Instant::now() < deadline, "its state: {}", state());
                thread::yield_now();
            }
        };
        signal(process, "STOP");
        until(true);
        signal(process, "CONT");
        until(false);
    };
    let server = Server::start(&[]);
    let mut client = server.greeted();
    for _ in 0..3 {
        stop_and_go(&server.process);
    }
    client.write_all(b"still here").expect("it receives");
    drop(client);
    server.says("answered \"still here\"");
    server.still_serves();

    let listening = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listening.local_addr().expect("an address").to_string();
    let client = command("client").args(["--address", &address]).stdout(Stdio::piped()).spawn().expect("it starts");
    let (mut stream, _) = listening.accept().expect("the client");
    for _ in 0..3 {
        stop_and_go(&client);
    }
    stream.write_all(GREETING.as_bytes()).expect("it receives");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert_eq!(answer, "消息收到,over!");
    assert!(client.wait_with_output().expect("it ends").status.success());
}

#[test]
fn a_text_is_told_in_one_piece_however_long() {
    let greeting = "消息".repeat(100) + &"x".repeat(300);
    let server = Server::start(&["--greeting", &greeting]);
    let output = run("client", &["--address", &server.address.to_string()]);
    let says = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(says.contains(&greeting), "{says}");
    assert!(says.contains(&server.address.to_string()), "{says}");
}

#[test]
fn an_answer_that_would_be_refused_is_not_sent() {
    let server = Server::start(&[]);
    let address = server.address.to_string();
    let output = run("client", &["--address", &address, "--answer", &"x".repeat(65_537)]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!String::from_utf8_lossy(&output.stdout).contains("answered"));
    assert!(String::from_utf8_lossy(&output.stderr).contains("has 65537 bytes"));
    let output = run("client", &["--address", &address, "--answer", &"x".repeat(65_536)]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn help_says_what_each_flag_means() {
    for (program, flags) in
        [("server", ["--address", "--greeting", "--timeout"]), ("client", ["--address", "--answer", "--timeout"])]
    {
        let output = run(program, &["--help"]);
        let says = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(0));
        for flag in flags {
            let meaning = says.lines().find_map(|line| line.trim().strip_prefix(flag));
            assert!(meaning.is_some_and(|meaning| meaning.split_whitespace().count() > 3), "{flag}: {says}");
        }
    }
}

#[test]
fn silent_clients_keep_nobody_out() {
    let server = Server::start(&[]);
    let silent: Vec<_> = (0..600).map(|_| server.greeted()).collect();
    let begin = std::time::Instant::now();
    let mut client = server.greeted();
    client.write_all(b"over").expect("it receives");
    drop(client);
    assert!(begin.elapsed() < Duration::from_secs(5), "it took {:?}", begin.elapsed());
    let told = || server.lines.recv_timeout(PATIENCE).expect("a line for each client");
    let lines: Vec<_> = (0..102).map(|_| told()).collect();
    assert_eq!(lines.iter().filter(|line| line.contains("when all places were taken: closed")).count(), 101);
    assert_eq!(lines.iter().filter(|line| line.contains("answered \"over\"")).count(), 1);
    drop(silent);
}

#[test]
fn a_client_says_what_it_waits_for_and_gives_up() {
    let listening = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listening.local_addr().expect("an address").to_string();
    let output = run("client", &["--address", &address, "--timeout", "2.5"]);
    let (said, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("nothing yet: this client waits") && said.contains(&address), "{said}");
    assert!(error.contains("is not over") && error.contains(&address), "{error}");
    assert_eq!(output.status.code(), Some(1));
}

/// A system that has no thread for one more: the server tells it, and stays up.
#[cfg(target_os = "linux")]
#[test]
fn a_server_without_a_thread_for_one_more_stays_up() {
    // Root may have as many as there are: this needs somebody who is not, and who has no other processes.
    let (server, folder) = (command("server"), open_folder());
    let copy = folder.path().join("server");
    std::fs::copy(Path::new(server.get_program()), &copy).expect("a copy");
    let mut nobody = Command::new("setpriv");
    nobody.args([
        "--reuid=64999",
        "--clear-groups",
        "--bounding-set=-all",
        "--inh-caps=-all",
        "prlimit",
        "--nproc=20:20",
    ]);
    nobody.arg(&copy).args(["--address", "127.0.0.1:0"]).env("LANG", "C.UTF-8").stdin(Stdio::null());
    let process = nobody.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let lines = process.map(|mut process| (lines(process.stdout.take().expect("a pipe")), process));
    let first = lines.as_ref().ok().and_then(|(lines, _)| lines.recv_timeout(PATIENCE).ok());
    let (Ok((lines, process)), Some(first)) = (lines, first) else {
        println!("skipped: this machine cannot show it");
        return;
    };
    let address =
        first.split_whitespace().find_map(|word| word.trim_end_matches(',').parse().ok()).expect("an address");
    let server = Server { process, address, first, lines };
    let crowd: Vec<_> = (0..40).map(|_| server.connect()).collect();
    server.says("came when no thread was left: closed");
    drop(crowd);
    // All of the crowd have gone before the next one comes.
    let mut told = 1;
    while told < 40 {
        server.lines.recv_timeout(PATIENCE).expect("a line for each client");
        told += 1;
    }
    server.still_serves();
}

/// A temporary folder that other users may look into.
#[cfg(target_os = "linux")]
fn open_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let mut open = std::fs::metadata(folder.path()).expect("a folder").permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut open, 0o755);
    std::fs::set_permissions(folder.path(), open).expect("our folder");
    folder
}

#[test]
fn an_address_that_cannot_be_is_told_by_its_wrong_part() {
    let cases = [
        ("192.168.22.888:6666", "`888` in `192.168.22.888` is no octet: the fourth number is one byte, 0 to 255."),
        ("127.0.0.1", "has no port"),
        ("127.0.0.1:66666", "`66666` is no port"),
        ("localhost:6666", "names are not looked up"),
        ("::1:6666", "an IPv6 address needs them, as in [::1]:6666"),
        ("[::1]", "has no port"),
        ("::1", "has no brackets"),
    ];
    for (address, sentence) in cases {
        for program in ["server", "client"] {
            let output = run(program, &["--address", address]);
            let says = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{address}");
            assert!(says.contains(sentence), "{says}");
        }
    }
}

#[test]
fn a_server_listens_at_an_address_of_ipv6() {
    if TcpListener::bind("[::1]:0").is_ok() {
        Server::start(&["--address", "[::1]:0"]).still_serves();
    }
}

#[test]
fn what_keeps_a_program_from_starting_is_one_sentence() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken_address = taken.local_addr().expect("an address").to_string();
    let nobody = {
        // Bound and not listening: nobody is there, and nobody else takes the port meanwhile.
        let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).expect("a socket");
        let loopback: SocketAddr = ([127, 0, 0, 1], 0).into();
        socket.bind(&loopback.into()).expect("a port");
        socket
    };
    let nobody_address =
        nobody.local_addr().ok().and_then(|address| address.as_socket()).expect("an address").to_string();
    let cases: [(&str, &str, &str); 4] = [
        ("server", &taken_address, "is taken"),
        ("server", "192.0.2.1:6666", "is no address of this machine"),
        ("server", "0.0.0.0:0", "This server does not listen at 0.0.0.0:0: it can be reached from outside"),
        ("client", &nobody_address, "Nobody listens at"),
    ];
    for (program, address, sentence) in cases {
        let output = run(program, &["--address", address]);
        let says = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{program} {address}: {says}");
        assert!(says.contains(sentence) && says.lines().count() == 1, "{program} {address}: {says}");
    }
}

/// A command as it is typed, with what it says.
#[cfg(unix)]
fn terminal(program: &str, arguments: &[&str], says: &str) -> String {
    let flags: String = arguments.iter().map(|argument| format!(" {argument}")).collect();
    let dashes = if arguments.is_empty() { "" } else { " --" };
    format!("$ cargo run -q -p solution09_whole_program \\\n    --bin {program}{dashes}{flags}\n{says}")
}

/// The book shows this session, a terminal beside the other: with the address that the programs have when none is given,
/// and with narrower columns.
#[cfg(unix)]
#[test]
fn the_session_that_the_book_shows_is_a_real_one() {
    let mut server = Server::start(&[]);
    let address = server.address.to_string();
    let mut said = format!("{}\n", server.first);
    let mut typed = Vec::new();
    for (client, arguments) in [("CLIENT", &[][..]), ("ANOTHER", &["--answer", "over"])] {
        let output = run("client", &[&["--address", &address], arguments].concat());
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        typed.push(terminal("client", arguments, &String::from_utf8_lossy(&output.stdout)));
        let line = server.lines.recv_timeout(PATIENCE).expect("a line for each client");
        let port = line.split_whitespace().find_map(|word| word.strip_prefix("127.0.0.1:")).expect("its address");
        // As wide as its column, so that the next one stays where it is.
        let (real, named) = (format!("127.0.0.1:{port}"), format!("127.0.0.1:{client}"));
        said += &format!("{}\n", line.replace(&format!("{real:<18}"), &format!("{named:<18}")));
    }
    signal(&server.process, "INT");
    assert!(server.process.wait().expect("it ends").success());
    server.lines.iter().for_each(|line| said += &format!("{line}\n"));

    // As wide as its column, here too.
    let in_column = format!("{:<width$} ", "127.0.0.1:6666", width = address.len());
    let narrow = |text: &str| {
        let text = text.replace(&format!("{address} "), &in_column).replace(&address, "127.0.0.1:6666");
        text.replace(&" ".repeat(17), "")
    };
    for (name, text) in [("server", terminal("server", &[], &said)), ("client", typed.join("\n"))] {
        let name = format!("lesson09_session.{name}");
        assert!(
            desk::matches_snapshot(&name, "solutions/solution09_whole_program", &narrow(&text)),
            "it tells something else than tests/snapshots/{name}.snap:\n{}",
            narrow(&text)
        );
    }
}

/// Only root may have port 80, so this needs somebody who is not.
#[cfg(target_os = "linux")]
#[test]
fn a_port_that_needs_permission_is_told_as_such() {
    let first = std::fs::read_to_string("/proc/sys/net/ipv4/ip_unprivileged_port_start").unwrap_or_default();
    // Another user may not be allowed to look into our folders.
    let (server, folder) = (command("server"), open_folder());
    let copy = folder.path().join("server");
    std::fs::copy(Path::new(server.get_program()), &copy).expect("a copy");
    let mut nobody = Command::new("setpriv");
    nobody.args(["--reuid=65534", "--clear-groups", "--bounding-set=-all", "--inh-caps=-all"]).arg(&copy);
    let output = nobody.args(["--address", "127.0.0.1:80"]).stdin(Stdio::null()).output();
    let says = output.as_ref().map(|output| String::from_utf8_lossy(&output.stderr).into_owned()).unwrap_or_default();
    if first.trim() != "1024" || output.is_err() || says.contains("setpriv:") {
        println!("skipped: this machine cannot show it: {says}");
        return;
    }
    assert!(says.contains("You may not have port 80"), "{says}");
    assert_eq!(output.map(|output| output.status.code()).ok().flatten(), Some(1));
}

/// A half-written answer and a client that never reads are no reason to wait for ever, either.
#[test]
fn a_client_that_drips_is_still_heard_to_its_end() -> io::Result<()> {
    let server = Server::start(&[]);
    let mut client = server.greeted();
    for byte in b"over" {
        client.write_all(&[*byte])?;
    }
    client.shutdown(Shutdown::Write)?;
    assert_eq!(client.read(&mut [0; 9])?, 0, "the server closes");
    server.says("answered \"over\"");
    Ok(())
}
