//! Runs one program under a deadline.

use std::fs::{self, File};
use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use wait_timeout::ChildExt;

use crate::orphans;

/// A lesson ends itself when it says nothing for 5 s; this is for one that cannot any more.
const DEADLINE: Duration = Duration::from_secs(9);

/// The memory that a run may ask for: an exercise that asks for more and more is ended before the machine is full.
#[cfg(target_os = "linux")]
const MEMORY: u64 = 1 << 30;

/// No story is as long as this.
const LONGEST: u64 = 1 << 20;

/// How many runs there are, and whether they are over.
static RUNNING: AtomicUsize = AtomicUsize::new(0);
static STOPPED: AtomicBool = AtomicBool::new(false);

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
pub fn run(program: Command) -> io::Result<Run> {
    RUNNING.fetch_add(1, Ordering::SeqCst);
    // The other side of `stop`: either it sees us, or we see it.
    let stopped = STOPPED.load(Ordering::SeqCst);
    let run = if stopped { Err(io::ErrorKind::Interrupted.into()) } else { run_in_a_folder(program) };
    RUNNING.fetch_sub(1, Ordering::SeqCst);
    while STOPPED.load(Ordering::SeqCst) {
        thread::park();
    }
    run
}

/// Ends all runs, of which none comes back, so that no other begins. Returns when their folders are gone, or after a
/// second.
pub fn stop() {
    STOPPED.store(true, Ordering::SeqCst);
    let begin = Instant::now();
    while RUNNING.load(Ordering::SeqCst) > 0 && begin.elapsed() < Duration::from_secs(1) {
        orphans::kill();
        thread::yield_now();
    }
    orphans::kill();
}

fn run_in_a_folder(mut program: Command) -> io::Result<Run> {
    let folder = tempfile::tempdir()?;
    // Not in the folder that the exercise finds itself in: what it writes there is its own business.
    let (path, inside) = (folder.path().join("transcript"), folder.path().join("run"));
    fs::create_dir(&inside)?;
    program.env("LESSON_TRANSCRIPT", &path).current_dir(inside);
    // glibc sets 64 MiB of addresses aside for each thread: a limit on memory would be one on threads.
    program.env("MALLOC_ARENA_MAX", "1");
    program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut tree = Tree::start(program)?;
    tree.limit_memory();
    let status = tree.wait(DEADLINE)?;
    drop(tree);
    let mut transcript = Vec::new();
    if path.is_file() {
        File::open(&path)?.take(LONGEST).read_to_end(&mut transcript)?;
    }
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
    (2 * thread::available_parallelism().map_or(2, usize::from)).max(8)
}

/// Does the work for each item, several at a time.
pub fn side_by_side<T: Sync>(at_a_time: usize, items: &[T], work: impl Fn(&T) + Sync) {
    let next = Mutex::new(items.iter());
    thread::scope(|scope| {
        for _ in 0..at_a_time.min(items.len()) {
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
