//! Keeps each worker on one processor (sched_setaffinity(2)), so that the load of one submission makes few others late, and
//! none of them too late; on Linux only.

/// The processors that we may use, one for each worker: no more than our share of them is (cgroups(7)). Where each session
/// gets the same share of a processor, however many threads it has (autogroup, sched(7)), each has two workers: while one
/// waits for a function that hangs, the other works.
#[cfg(target_os = "linux")]
pub fn own(sessions: bool) -> Vec<usize> {
    use rustix::thread::{CpuSet, sched_getaffinity};
    let set = sched_getaffinity(None).unwrap_or_else(|_| CpuSet::new());
    let share = std::thread::available_parallelism().map_or(1, usize::from);
    let own: Vec<_> = (0..CpuSet::MAX_CPU).filter(|processor| set.is_set(*processor)).take(share).collect();
    let own = if own.is_empty() { vec![0] } else { own };
    let shares = std::fs::read_to_string("/proc/sys/kernel/sched_autogroup_enabled").unwrap_or_default();
    if sessions && shares.trim() == "1" { [own.clone(), own].concat() } else { own }
}

/// This thread, and all that it starts, stay on one of them.
#[cfg(target_os = "linux")]
pub fn stay_on(processor: usize) {
    let mut set = rustix::thread::CpuSet::new();
    set.set(processor);
    // Where this is forbidden, the system chooses.
    let _ = rustix::thread::sched_setaffinity(None, &set);
}

/// As many as there are.
#[cfg(not(target_os = "linux"))]
pub fn own(_sessions: bool) -> Vec<usize> {
    (0..std::thread::available_parallelism().map_or(1, usize::from)).collect()
}

/// The system chooses.
#[cfg(not(target_os = "linux"))]
pub fn stay_on(_processor: usize) {}
