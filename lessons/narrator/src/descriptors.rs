//! A program that may open nothing more: how a driver gets an error of `socket(2)`, which else succeeds.

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

use crate::partner::LOOPBACK_V6;
use crate::{LOOPBACK, errors};

/// Calls a function where socket(2) fails, since the program may open nothing more, with an address of each family that this
/// system has. It should say so: the address, and the mistake, if there is one.
///
/// # Errors
/// `Unsupported` where that cannot be tried.
pub fn socket_fails<T>(
    port: u16,
    function: impl Fn(SocketAddr) -> io::Result<T>,
) -> io::Result<(SocketAddr, Option<String>)> {
    let [v4, v6] = [LOOPBACK, LOOPBACK_V6].map(|address| SocketAddr::new(address.ip(), port));
    let has_v6 = Socket::new(Domain::IPV6, Type::STREAM, None).is_ok();
    let wrong = calls_fail(|| {
        let mut addresses = [v4, v6].into_iter().filter(|address| address.is_ipv4() || has_v6);
        addresses.find_map(|address| Some((address, not_handed_on("socket", &function(address))?)))
    })?;
    Ok(wrong.map_or((v4, None), |(address, mistake)| (address, Some(mistake))))
}

/// Calls a function where each call fails that opens something.
///
/// # Errors
/// `Unsupported` where that cannot be tried.
pub fn calls_fail<T>(function: impl FnOnce() -> T) -> io::Result<T> {
    let _none_left = NoneLeft::take()?;
    Ok(function())
}

/// What is wrong with what it gave back there, in a sentence; `None` where it is the call's own error.
pub fn not_handed_on<T>(call: &str, result: &io::Result<T>) -> Option<String> {
    let failed = format!("{call} failed here, with \"too many open files\", and your function");
    match result {
        Err(error) if EMFILE.is_some_and(|own| errors::same(error, &io::Error::from_raw_os_error(own))) => None,
        Err(error) => Some(format!("{failed} says {:?}: hand {call}'s own error on.", error.kind())),
        Ok(_) => Some(format!("{failed} succeeded all the same: hand {call}'s own error on.")),
    }
}

#[cfg(unix)]
const EMFILE: Option<i32> = Some(libc::EMFILE);
#[cfg(not(unix))]
const EMFILE: Option<i32> = None;

/// Every descriptor that this process may have is in use, until this is dropped.
#[derive(Debug)]
pub struct NoneLeft {
    taken: Vec<Socket>,
    before: Limits,
}

/// How many files a process may open: up to the first it may, up to the second it may raise that itself (getrlimit(2)).
#[derive(Debug, Clone, Copy)]
struct Limits {
    soft: u64,
    hard: u64,
}

impl NoneLeft {
    /// Lowers the limit of this process (RLIMIT_NOFILE, by the program `prlimit`), and takes what is left.
    ///
    /// # Errors
    /// `Unsupported` where there is no such program, as elsewhere than on Linux.
    pub fn take() -> io::Result<Self> {
        let before = limits()?;
        let open = std::fs::read_dir("/proc/self/fd")?.flatten();
        let highest = open.filter_map(|entry| entry.file_name().to_str()?.parse::<u64>().ok()).max().unwrap_or(0);
        // A few more than there are: to set the limit back takes some.
        let low = Limits { soft: highest + 9, ..before };
        set(low)?;
        let mut none_left = Self { taken: Vec::new(), before };
        while let Ok(socket) = Socket::new(Domain::IPV4, Type::STREAM, None) {
            none_left.taken.push(socket);
        }
        Ok(none_left)
    }
}

impl Drop for NoneLeft {
    fn drop(&mut self) {
        self.taken.clear();
        // Where it could be lowered it can be raised to what it was.
        let _ = set(self.before);
    }
}

/// From `/proc/self/limits` (proc(5)).
fn limits() -> io::Result<Limits> {
    let text = std::fs::read_to_string("/proc/self/limits").map_err(|_| io::ErrorKind::Unsupported)?;
    let line = text.lines().find(|line| line.starts_with("Max open files")).ok_or(io::ErrorKind::Unsupported)?;
    let mut numbers = line.split_whitespace().filter_map(|word| word.parse().ok());
    match (numbers.next(), numbers.next()) {
        (Some(soft), Some(hard)) => Ok(Limits { soft, hard }),
        _ => Err(io::ErrorKind::Unsupported.into()),
    }
}

fn set(limits: Limits) -> io::Result<()> {
    let (process, limits) = (std::process::id().to_string(), format!("--nofile={}:{}", limits.soft, limits.hard));
    let status = std::process::Command::new("prlimit").args(["--pid", &process, &limits]).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        _ => Err(io::ErrorKind::Unsupported.into()),
    }
}
