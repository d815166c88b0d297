//! Ends a run that hangs, and says which call it was blocked in.

use std::io;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

/// How long a run may say nothing.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// In how many waits that time passes.
const WAITS: u32 = 50;

/// What a thread is doing that waits for another one.
pub(crate) const LOCKED: &str = "was blocked waiting for a lock, a channel or another thread";

/// Watches the thread that started it.
#[derive(Debug)]
pub struct Watchdog {
    signs: Sender<Sign>,
}

#[derive(Debug)]
enum Sign {
    Life,
    Rest,
}

impl Watchdog {
    /// Begins to watch this thread; when it gives no sign of life for [`PATIENCE`], `bark` is told what it is doing.
    pub fn start(mut bark: impl FnMut(&str) + Send + 'static) -> Self {
        let (signs, heard) = mpsc::channel();
        let watched = Watched::this_thread();
        thread::spawn(move || {
            // In short waits: while a debugger has stopped the process, this thread does not count either.
            let (mut resting, mut silent) = (false, 0);
            loop {
                let sign =
                    if resting { heard.recv().map_err(Into::into) } else { heard.recv_timeout(PATIENCE / WAITS) };
                match sign {
                    Ok(Sign::Life) => (resting, silent) = (false, 0),
                    Ok(Sign::Rest) => resting = true,
                    Err(RecvTimeoutError::Timeout) if silent + 1 < WAITS => silent += 1,
                    Err(RecvTimeoutError::Timeout) => {
                        silent = 0;
                        bark(&watched.doing());
                    }
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        });
        Self { signs }
    }

    /// The run goes on.
    pub fn life(&self) {
        // The watchdog only goes when we do.
        let _ = self.signs.send(Sign::Life);
    }

    /// The run waits for its reader: that may take as long as it likes, until the next sign of life.
    pub fn rest(&self) {
        let _ = self.signs.send(Sign::Rest);
    }
}

/// A thread, of which the kernel tells what it is doing.
#[cfg(target_os = "linux")]
#[derive(Debug)]
pub struct Watched {
    /// Where Linux says what the thread is blocked in: the number of the system call, then its arguments (proc(5)).
    syscall: Option<std::path::PathBuf>,
}

#[cfg(target_os = "linux")]
impl Watched {
    /// The thread that asks.
    pub fn this_thread() -> Self {
        // A link to PID/task/TID.
        let thread = std::fs::read_link("/proc/thread-self").ok();
        Self { syscall: thread.map(|thread| std::path::Path::new("/proc").join(thread).join("syscall")) }
    }

    /// The main thread of another process of the same user.
    pub fn process(process: u32) -> Self {
        Self { syscall: Some(format!("/proc/{process}/task/{process}/syscall").into()) }
    }

    /// Waits until the thread is blocked in this call, such as `recv(2)`, at most 2 s; then says so.
    ///
    /// # Errors
    /// `Unsupported` where the system does not tell, `TimedOut` when the thread does something else.
    pub fn blocks_in(&self, call: &str) -> io::Result<String> {
        Self::wait_until(Duration::from_secs(2), || self.is_in(&[call])).map(|()| format!("blocked in {call}"))
    }

    /// Waits until the thread waits for something to read, by whichever call; or until one does that it has started. At
    /// most 1 s.
    ///
    /// # Errors
    /// As of [`blocks_in`](Self::blocks_in).
    pub fn waits_to_receive(&self) -> io::Result<()> {
        self.waits_in(RECEIVING)
    }

    /// Whether it does so now, in a call that brings the bytes, as `poll(2)` does not.
    pub fn is_receiving(&self) -> bool {
        self.or_helper_is_in(RECEIVING).unwrap_or(false)
    }

    /// Waits until the thread waits for room to write, by whichever call; or until one does that it has started.
    ///
    /// # Errors
    /// As of [`blocks_in`](Self::blocks_in).
    pub fn waits_to_send(&self) -> io::Result<()> {
        self.waits_in(SENDING)
    }

    /// Whether it does so now, in a call that takes the bytes.
    pub fn is_sending(&self) -> bool {
        self.or_helper_is_in(SENDING).unwrap_or(false)
    }

    /// Waits until the thread waits for a client, or until one does that it has started.
    ///
    /// # Errors
    /// As of [`blocks_in`](Self::blocks_in).
    pub fn waits_to_accept(&self) -> io::Result<()> {
        self.waits_in(&["accept(2)", "poll(2)"])
    }

    fn waits_in(&self, calls: &[&str]) -> io::Result<()> {
        let begin = std::time::Instant::now();
        // Who asks again and again never waits in such a call, and may be right. It sleeps between, or does not even that.
        let asks_again = || begin.elapsed() > Duration::from_millis(200) && self.is_in(&["sleep"]).unwrap_or(false);
        let waits = || Ok(self.or_helper_is_in(calls)? || self.or_helper_is_in(&["poll(2)"])? || asks_again());
        Self::wait_until(Duration::from_secs(1), waits)
    }

    fn wait_until(patience: Duration, so: impl Fn() -> io::Result<bool>) -> io::Result<()> {
        let begin = std::time::Instant::now();
        while !so()? {
            if begin.elapsed() > patience {
                return Err(io::ErrorKind::TimedOut.into());
            }
            thread::yield_now();
        }
        Ok(())
    }

    fn or_helper_is_in(&self, calls: &[&str]) -> io::Result<bool> {
        Ok(self.is_in(calls)? || self.helper_is_in(calls))
    }

    /// Whether the thread is blocked in one of these calls.
    fn is_in(&self, calls: &[&str]) -> io::Result<bool> {
        let path = self.syscall.as_ref().ok_or(io::ErrorKind::Unsupported)?;
        let look = std::fs::read_to_string(path).map_err(|_| io::ErrorKind::Unsupported)?;
        Ok(call(&look).is_some_and(|call| calls.contains(&call)))
    }

    /// Whether the thread waits for another one, which is no partner and is blocked in one of these calls.
    fn helper_is_in(&self, calls: &[&str]) -> bool {
        let Some(own) = self.syscall.as_ref().filter(|_| self.is_in(&[""]).unwrap_or(false)) else { return false };
        // PID/task/TID/syscall
        let Some(threads) = own.ancestors().nth(2).and_then(|task| std::fs::read_dir(task).ok()) else { return false };
        threads.flatten().any(|thread| {
            let tells = |what| std::fs::read_to_string(thread.path().join(what)).unwrap_or_default();
            tells("comm").trim_end() != crate::partner::NAME
                && call(&tells("syscall")).is_some_and(|call| calls.contains(&call))
        })
    }

    /// What the thread is doing. A thread that is busy in a loop may pass through many calls: only one that stays in
    /// the same call is blocked there.
    fn doing(&self) -> String {
        let look = || self.syscall.as_ref().and_then(|path| std::fs::read_to_string(path).ok());
        let first = look();
        for _ in 0..20 {
            thread::yield_now();
            if look() != first {
                return BUSY.to_owned();
            }
        }
        let Some(first) = first else { return "did not come back".to_owned() };
        match first.split_whitespace().next().map(str::parse) {
            Some(Ok(number)) if number >= 0 => match CALLS.iter().find(|(known, _)| *known == number) {
                Some((libc::SYS_futex, _)) => LOCKED.to_owned(),
                Some((_, name)) => format!("was blocked in {name}"),
                None => format!("was blocked in system call number {number}"),
            },
            _ => BUSY.to_owned(),
        }
    }
}

/// The calls that wait for something to read.
#[cfg(target_os = "linux")]
const RECEIVING: &[&str] = &["recv(2)", "recvmsg(2)", "read(2)", "readv(2)"];

/// The calls that wait for room to write.
#[cfg(target_os = "linux")]
const SENDING: &[&str] = &["send(2)", "sendmsg(2)", "write(2)", "writev(2)"];

#[cfg(target_os = "linux")]
const BUSY: &str = "was busy in a loop that does not end";

/// The call in which a thread is blocked, by the line that /proc has for it. One that is not blocked is `running`,
/// whatever call it is in.
#[cfg(target_os = "linux")]
fn call(line: &str) -> Option<&'static str> {
    let number = line.split_whitespace().next()?.parse().ok()?;
    CALLS.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
}

/// The system calls that an exercise can be blocked in; their numbers differ by architecture.
#[cfg(target_os = "linux")]
const CALLS: &[(i64, &str)] = &[
    (libc::SYS_accept4, "accept(2)"),
    (libc::SYS_accept, "accept(2)"),
    (libc::SYS_connect, "connect(2)"),
    (libc::SYS_recvfrom, "recv(2)"),
    (libc::SYS_recvmsg, "recvmsg(2)"),
    (libc::SYS_sendto, "send(2)"),
    (libc::SYS_sendmsg, "sendmsg(2)"),
    (libc::SYS_read, "read(2)"),
    (libc::SYS_readv, "readv(2)"),
    (libc::SYS_write, "write(2)"),
    (libc::SYS_writev, "writev(2)"),
    (libc::SYS_ppoll, "poll(2)"),
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_poll, "poll(2)"),
    (libc::SYS_nanosleep, "sleep"),
    (libc::SYS_clock_nanosleep, "sleep"),
    (libc::SYS_wait4, "wait(2)"),
    (libc::SYS_waitid, "wait(2)"),
    (libc::SYS_futex, ""),
];

/// Elsewhere the system does not tell.
#[cfg(not(target_os = "linux"))]
#[derive(Debug)]
pub struct Watched;

#[cfg(not(target_os = "linux"))]
impl Watched {
    /// The thread that asks.
    pub fn this_thread() -> Self {
        Self
    }

    /// The main thread of another process.
    pub fn process(_process: u32) -> Self {
        Self
    }

    /// Waits until the thread is blocked in this call.
    ///
    /// # Errors
    /// Always `Unsupported`: only Linux tells.
    pub fn blocks_in(&self, _call: &str) -> io::Result<String> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Waits until the thread waits for a client.
    ///
    /// # Errors
    /// As of [`blocks_in`](Self::blocks_in).
    pub fn waits_to_accept(&self) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Waits until the thread waits for something to read.
    ///
    /// # Errors
    /// As of [`blocks_in`](Self::blocks_in).
    pub fn waits_to_receive(&self) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Whether it does so now: only Linux tells, so never.
    pub fn is_receiving(&self) -> bool {
        false
    }

    /// Whether the thread waits for room to write: only Linux tells, so never.
    pub fn is_sending(&self) -> bool {
        false
    }

    /// Waits until the thread waits for room to write.
    ///
    /// # Errors
    /// As of [`blocks_in`](Self::blocks_in).
    pub fn waits_to_send(&self) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn doing(&self) -> String {
        "did not come back (this system does not say which call it is blocked in)".to_owned()
    }
}
