//! Runs one program under a deadline.

use std::fs;
use std::io;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use wait_timeout::ChildExt;

/// A lesson ends itself when it says nothing for 5 s; this is for one that cannot any more.
const DEADLINE: Duration = Duration::from_secs(9);

/// What a run left behind.
#[derive(Debug, Clone)]
pub struct Run {
    /// The story, as far as it was told.
    pub transcript: String,
    /// How the process ended; `None` when it had to be killed.
    pub status: Option<ExitStatus>,
}

/// Runs a lesson or a solution. Only what it writes into the transcript's own channel counts: whatever else the exercise
/// prints goes nowhere.
///
/// # Errors
/// When the program cannot be started.
pub fn run(mut program: Command) -> io::Result<Run> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("transcript");
    let mut child = program
        .env("LESSON_TRANSCRIPT", &path)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let status = child.wait_timeout(DEADLINE)?;
    if status.is_none() {
        child.kill()?;
        child.wait()?;
    }
    let transcript = fs::read(&path).unwrap_or_default();
    Ok(Run { transcript: String::from_utf8_lossy(&transcript).into_owned(), status })
}

/// Does the work for each item, several at a time: what lessons do is mostly waiting.
pub fn side_by_side<T: Sync>(at_a_time: usize, items: &[T], work: impl Fn(&T) + Sync) {
    let next = Mutex::new(items.iter());
    thread::scope(|scope| {
        for _ in 0..at_a_time {
            scope.spawn(|| {
                loop {
                    let item = next.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some(item) = item else { break };
                    work(item);
                }
            });
        }
    });
}
