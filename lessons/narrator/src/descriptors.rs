//! A program that may open nothing more: how a driver gets an error of `socket(2)`, which else succeeds.

use std::io;

use socket2::{Domain, Socket, Type};

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
