//! A system call that is interrupted, for real.
//!
//! On Linux some calls on a socket fail with EINTR, or come back early, when the process is stopped by a signal and goes
//! on (signal(7)). The lesson's own process must not be stopped: the shell that started it would say so, and take the
//! terminal back. So the driver starts this program once more. That one calls the learner's function with a connection to
//! the driver, says what came of it, and ends; the driver stops it and lets it go on.

use std::env;
use std::fmt::Debug;
use std::fs;
use std::io::{self, ErrorKind, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use socket2::{Domain, Socket, Type};

use crate::partner;
use crate::watchdog::Watched;

/// What the second process has to do: the function's name, and the driver's address.
const PART: &str = "LESSON_PART";

/// What stands in front of the report.
const REPORT: &str = "LESSON_PART says: ";

/// How long the second process may live.
const LIFE: Duration = Duration::from_secs(8);

/// How much a peer reads between two sends that are interrupted.
const SOME: usize = 2_000;

/// The smallest that a buffer can be: what is asked for is raised to it (socket(7)).
const SMALL: usize = 1;

/// In the second process: whether it is to call this function, and with which address.
pub fn part(function: &str) -> Option<SocketAddr> {
    let part = env::var(PART).ok()?;
    let (name, address) = part.split_once(' ')?;
    (name == function).then(|| address.parse().ok()).flatten()
}

/// In the second process: the stream that the function is given, with timeouts and a small send buffer.
///
/// # Errors
/// Those of `socket(2)`, `setsockopt(2)` and `connect(2)`.
pub fn stream(driver: SocketAddr) -> io::Result<Socket> {
    let stream = Socket::new(Domain::for_address(driver), Type::STREAM, None)?;
    stream.set_send_buffer_size(SMALL)?;
    stream.connect_timeout(&driver.into(), partner::PATIENCE)?;
    stream.set_read_timeout(Some(partner::LONG))?;
    stream.set_write_timeout(Some(partner::LONG))?;
    Ok(stream)
}

/// In the second process: calls the function, and says what came of it.
pub fn report<T: Debug>(call: impl FnOnce() -> io::Result<T>) -> ExitCode {
    thread::spawn(|| {
        thread::sleep(LIFE);
        std::process::exit(1);
    });
    match call() {
        Ok(value) => println!("\n{REPORT}{value:?}"),
        Err(error) => println!("\n{REPORT}{:?}", error.kind()),
    }
    ExitCode::SUCCESS
}

/// The second process, seen from the driver; it ends with this at the latest.
#[derive(Debug)]
pub struct Stopped {
    child: Child,
    watched: Watched,
    /// What it prints: heard all the time, or one that prints much would wait for that.
    says: Option<JoinHandle<Vec<u8>>>,
}

/// A listener for it, whose streams have small receive buffers, and small segments: the kernel makes room in a send buffer
/// for some segments, and on loopback they would have up to 64 KiB.
fn listen() -> io::Result<(Socket, SocketAddr)> {
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    listener.set_recv_buffer_size(SMALL)?;
    #[cfg(target_os = "linux")]
    listener.set_tcp_mss(1400)?;
    listener.bind(&crate::LOOPBACK.into())?;
    listener.listen(5)?;
    let address = crate::local_address(&listener)?;
    Ok((listener, address))
}

impl Stopped {
    /// Starts this program once more, to call this function: on Linux only.
    fn start(function: &str, driver: SocketAddr) -> io::Result<Self> {
        if !cfg!(target_os = "linux") {
            return Err(ErrorKind::Unsupported.into());
        }
        let mut command = Command::new(env::current_exe()?);
        command
            .env(PART, format!("{function} {driver}"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn()?;
        let watched = Watched::process(child.id());
        let mut output = child.stdout.take();
        let says = partner::at_work(move || {
            let mut text = Vec::new();
            let _ = output.as_mut().map(|output| output.read_to_end(&mut text));
            text
        })?;
        Ok(Self { child, watched, says: Some(says) })
    }

    /// The same, and the other end of its connection, which waits at most 2 s for anything. `None` where there cannot be one.
    ///
    /// # Errors
    /// Those of `listen(2)`, `accept(2)` and `setsockopt(2)`.
    pub fn and_peer(function: &str) -> io::Result<Option<(Self, Socket)>> {
        let (listening, driver) = listen()?;
        let Ok(process) = Self::start(function, driver) else { return Ok(None) };
        let Some((peer, _)) = partner::wait_for_client(&listening)? else { return Ok(None) };
        peer.set_read_timeout(Some(partner::PATIENCE))?;
        peer.set_write_timeout(Some(partner::PATIENCE))?;
        Ok(Some((process, peer)))
    }

    /// Waits until it is blocked in recv, at most 1 s; then stops it and lets it go on, so often.
    ///
    /// # Errors
    /// `TimedOut` when it does something else; `Unsupported` where the system does not tell.
    pub fn interrupt_recv(&self, times: usize) -> io::Result<()> {
        (0..times).try_for_each(|_| self.watched.waits_to_receive().and_then(|()| self.stop_and_go()))
    }

    /// The same for send, as often as it can be had. After each second time the peer reads some of what was sent: so a send
    /// brings a part, the next one nothing, and the one after that a part again. In the end it may be quick. Gives back what
    /// the peer has read.
    pub fn interrupt_send(&self, times: usize, mut peer: &Socket) -> Vec<u8> {
        let mut heard = Vec::new();
        for time in 1..=times {
            if self.watched.waits_to_send().and_then(|()| self.stop_and_go()).is_err() {
                break;
            }
            if time % 2 == 0 {
                let mut some = [0; SOME];
                let received = peer.read(&mut some).unwrap_or(0);
                heard.extend_from_slice(&some[..received]);
            }
        }
        let _ = peer.set_recv_buffer_size(1 << 20);
        heard
    }

    fn stop_and_go(&self) -> io::Result<()> {
        self.signal("STOP")?;
        let stopped = partner::wait_until(|| self.state() == Some('T'));
        self.signal("CONT")?;
        if !stopped || !partner::wait_until(|| self.state() != Some('T')) {
            return Err(ErrorKind::TimedOut.into());
        }
        Ok(())
    }

    /// The state of its main thread: `T` is stopped (proc(5)).
    fn state(&self) -> Option<char> {
        let stat = fs::read_to_string(format!("/proc/{0}/task/{0}/stat", self.child.id())).ok()?;
        stat.rsplit_once(") ")?.1.chars().next()
    }

    fn signal(&self, name: &str) -> io::Result<()> {
        // The shell's own kill: not every system has one that is a program.
        let status = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.child.id())]).status()?;
        if status.success() { Ok(()) } else { Err(ErrorKind::Unsupported.into()) }
    }

    /// What the function gave back: the value, or the error's kind, as `Debug` shows them. Empty where it said nothing.
    ///
    /// # Errors
    /// As of [`partner::finished`].
    pub fn reported(mut self) -> io::Result<String> {
        let text = self.says.take().map_or_else(|| Ok(Vec::new()), partner::finished)?;
        let text = String::from_utf8_lossy(&text).into_owned();
        Ok(text.rsplit_once(REPORT).map(|(_, report)| report.trim().to_owned()).unwrap_or_default())
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        // It has ended by itself, or else it has to.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
