//! Ends what an exercise left running: also what left its process group.

/// From now on every process that loses its parent below us becomes our child (PR_SET_CHILD_SUBREAPER, Linux only).
/// Elsewhere a lesson's own watchdog ends it.
pub fn adopt() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
}

/// The signals by which somebody ends us: Ctrl-C, kill, and a terminal that closes. One that whoever started us had
/// ignored, as nohup does, stays ignored: the mask `SigIgn` (proc_pid_status(5)), on Linux.
#[cfg(unix)]
pub fn ending_signals() -> Vec<i32> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| u64::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok());
    let is_ignored = |signal: i32| ignored.unwrap_or(0) & (1 << (signal - 1)) != 0;
    [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| !is_ignored(*signal)).collect()
}

/// Kills all children, and leaves it to others to wait for them.
pub fn kill() {
    #[cfg(target_os = "linux")]
    for child in children() {
        let _ = rustix::process::kill_process(child, rustix::process::Signal::KILL);
    }
}

/// Ends them, when we have no other children.
pub fn end() {
    #[cfg(target_os = "linux")]
    for _ in 0..1000 {
        // The children of one that is ended become ours in their turn.
        let children = children();
        if children.is_empty() {
            return;
        }
        for child in children {
            let _ = rustix::process::kill_process(child, rustix::process::Signal::KILL);
            let _ = rustix::process::waitpid(Some(child), rustix::process::WaitOptions::empty());
        }
    }
}

#[cfg(target_os = "linux")]
fn children() -> Vec<rustix::process::Pid> {
    let own = rustix::process::getpid();
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    numbers.filter(|number| parent(*number) == Some(own)).filter_map(rustix::process::Pid::from_raw).collect()
}

/// `pid (name) state ppid …`: the name may hold anything, also a parenthesis (proc_pid_stat(5)).
#[cfg(target_os = "linux")]
fn parent(number: i32) -> Option<rustix::process::Pid> {
    let stat = std::fs::read(format!("/proc/{number}/stat")).ok()?;
    let stat = String::from_utf8_lossy(&stat);
    let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
    rustix::process::Pid::from_raw(parent)
}
