//! Runs one program under a deadline.

use std::fs;
use std::io;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use wait_timeout::ChildExt;

/// A lesson ends itself when it says nothing for 5 s; this is for one that cannot any more.
const DEADLINE: Duration = Duration::from_secs(9);

/// The memory that a run may ask for: an exercise that asks for more and more is ended before the machine is full.
#[cfg(target_os = "linux")]
const MEMORY: u64 = 1 << 30;

/// What a run left behind.
#[derive(Debug, Clone)]
pub struct Run {
    /// The story, as far as it was told.
    pub transcript: String,
    /// How the process ended; `None` when it had to be killed.
    pub status: Option<ExitStatus>,
}

/// Runs a lesson or a solution. Only what it writes into the transcript's own channel counts: whatever else the exercise
/// prints goes nowhere. It runs in a folder of its own that is gone afterwards, and so is every process that it started.
///
/// # Errors
/// When the program cannot be started.
pub fn run(mut program: Command) -> io::Result<Run> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("transcript");
    program.env("LESSON_TRANSCRIPT", &path).current_dir(folder.path());
    program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut tree = Tree::start(program)?;
    tree.limit_memory();
    let status = tree.wait(DEADLINE)?;
    drop(tree);
    let transcript = fs::read(&path).unwrap_or_default();
    Ok(Run { transcript: String::from_utf8_lossy(&transcript).into_owned(), status })
}

/// A process, and all that it starts: when this is dropped, none of them is left.
#[derive(Debug)]
pub struct Tree(Child);

impl Tree {
    /// Starts the program in a process group of its own, to which its children belong as well (setpgid(2)).
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(mut program: Command) -> io::Result<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut program, 0);
        program.spawn().map(Self)
    }

    /// Waits for the program's end: `None` when the limit came first.
    ///
    /// # Errors
    /// When it cannot be waited for.
    pub fn wait(&mut self, limit: Duration) -> io::Result<Option<ExitStatus>> {
        self.0.wait_timeout(limit)
    }

    fn limit_memory(&self) {
        #[cfg(target_os = "linux")]
        if let Some(pid) = rustix::process::Pid::from_raw(self.0.id().cast_signed()) {
            let limit = rustix::process::Rlimit { current: Some(MEMORY), maximum: Some(MEMORY) };
            // One that has ended already needs no limit.
            let _ = rustix::process::prlimit(Some(pid), rustix::process::Resource::As, limit);
        }
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        // Before the wait: as long as nobody has waited for the first process, its number is no other's.
        #[cfg(unix)]
        if let Some(group) = rustix::process::Pid::from_raw(self.0.id().cast_signed()) {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How many lessons run at a time: more than there are cores, because what they do is mostly waiting.
pub fn at_a_time() -> usize {
    2 * thread::available_parallelism().map_or(2, usize::from)
}

/// Does the work for each item, several at a time.
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
