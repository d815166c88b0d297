//! Keeps each worker on a processor of its own (sched_setaffinity(2)); on Linux only.

/// The processors that we may use: no more than our share of them is (cgroups(7)).
#[cfg(target_os = "linux")]
pub fn own() -> Vec<usize> {
    use rustix::thread::{CpuSet, sched_getaffinity};
    let set = sched_getaffinity(None).unwrap_or_else(|_| CpuSet::new());
    let share = std::thread::available_parallelism().map_or(1, usize::from);
    let own: Vec<_> = (0..CpuSet::MAX_CPU).filter(|processor| set.is_set(*processor)).take(share).collect();
    if own.is_empty() { vec![0] } else { own }
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
pub fn own() -> Vec<usize> {
    (0..std::thread::available_parallelism().map_or(1, usize::from)).collect()
}

/// The system chooses.
#[cfg(not(target_os = "linux"))]
pub fn stay_on(_processor: usize) {}
