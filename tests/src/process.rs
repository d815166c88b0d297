//! Runs one program under a deadline.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use wait_timeout::ChildExt;

use crate::orphans;

/// A lesson ends itself when it says nothing for 5 s; this is for one that cannot any more.
pub const DEADLINE: Duration = Duration::from_secs(9);

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

/// Where one run writes: a folder that is gone with this.
#[derive(Debug)]
pub struct Place {
    _folder: tempfile::TempDir,
    /// The file that the story is written to: there, and empty.
    pub transcript: PathBuf,
    /// The folder that the run finds itself in. Not the transcript's: what an exercise writes there is its own business.
    pub inside: PathBuf,
}

impl Place {
    /// A new one, in the system's folder for temporary files.
    ///
    /// # Errors
    /// When nothing can be written there.
    pub fn new() -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let (transcript, inside) = (folder.path().join("transcript"), folder.path().join("run"));
        File::create(&transcript)?;
        fs::create_dir(&inside)?;
        Ok(Self { _folder: folder, transcript, inside })
    }

    /// Runs a program to its end, until the limit, or until it is to be over. Only the transcript counts.
    ///
    /// # Errors
    /// When it cannot be started, or its transcript cannot be read.
    pub fn run(self, mut program: Command, limit: Duration, is_over: impl Fn() -> bool) -> io::Result<Run> {
        program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut tree = Tree::start(program)?;
        tree.limit_memory();
        let status = tree.wait_unless(limit, is_over)?;
        drop(tree);
        let mut transcript = Vec::new();
        // It may have put something else in its place.
        if self.transcript.is_file() {
            File::open(&self.transcript)?.take(LONGEST).read_to_end(&mut transcript)?;
        }
        Ok(Run { transcript: String::from_utf8_lossy(&transcript).into_owned(), status })
    }
}

fn run_in_a_folder(mut program: Command) -> io::Result<Run> {
    let place = Place::new()?;
    program.env("LESSON_TRANSCRIPT", &place.transcript).current_dir(&place.inside);
    // glibc sets 64 MiB of addresses aside for each thread: a limit on memory would be one on threads.
    program.env("MALLOC_ARENA_MAX", "1");
    place.run(program, DEADLINE, || false)
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

    /// As `wait`; `None` also when it is to be over before, which is asked ten times a second.
    ///
    /// # Errors
    /// When it cannot be waited for.
    pub fn wait_unless(&mut self, limit: Duration, is_over: impl Fn() -> bool) -> io::Result<Option<ExitStatus>> {
        let end = Instant::now() + limit;
        while !is_over() {
            let left = end.saturating_duration_since(Instant::now());
            let ended = self.wait(left.min(Duration::from_millis(100)))?;
            if ended.is_some() || left.is_zero() {
                return Ok(ended);
            }
        }
        Ok(None)
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
