//! The cage in which other people's code is compiled and run: bubblewrap (bwrap(1)), and limits (setrlimit(2)).
//!
//! Inside there is the system's `/usr`, read-only, and what is bound by name. There is no home, no other file, no other
//! process, no descriptor of ours, and no network but a loopback of its own. What is written to `/tmp` is gone afterwards.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Whether there is a cage, and whose rights are left in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cage {
    /// Nothing holds what is started: it has our rights.
    None,
    /// A user namespace of its own, with our user (user_namespaces(7)).
    OurUser,
    /// Root makes the cage, and leaves it to a user who owns nothing. Root itself has no limit of processes.
    Nobody,
}

/// What one process may use.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Addresses, in KiB: a little more than its memory.
    pub memory: u64,
    /// One file, in KiB.
    pub file: u64,
    /// All that it writes to `/tmp`, in bytes.
    pub temporary: u64,
    /// Processor time, in seconds.
    pub time: u64,
    /// Processes and threads of this cage's user.
    pub processes: u64,
}

/// What a program in the cage finds there, besides the system's own files.
#[derive(Debug, Default)]
pub struct Inside {
    /// These can be read: where it lies, and where the program finds it.
    pub read: Vec<(PathBuf, PathBuf)>,
    /// These can be written.
    pub write: Vec<(PathBuf, PathBuf)>,
    /// The folder that it starts in: `/tmp`, if none is given.
    pub folder: Option<PathBuf>,
    /// Its environment, besides PATH, HOME, TMPDIR and LANG.
    pub environment: Vec<(OsString, OsString)>,
}

/// The numbers of the users who own nothing: one for each worker, so that a limit of processes is its own.
const NOBODY: usize = 64_000;

/// What bash does before it becomes the program: limits, for it and all that it starts; what whoever started us left open is
/// closed; and where memory runs out, the kernel takes this one first (proc_pid_oom_score_adj(5)).
const LIMITED: &str = "ulimit -c 0 -n 1024 -v $1 -f $2 -t $3 -u $4; shift 4
for open in /proc/self/fd/*; do open=${open##*/}; [ \"$open\" -le 2 ] || eval \"exec $open>&-\"; done
echo 1000 >/proc/self/oom_score_adj
exec \"$@\"";

impl Cage {
    /// The first kind of cage that holds a program here; otherwise why there is none.
    ///
    /// # Errors
    /// What the last attempt said.
    pub fn find() -> Result<Self, String> {
        if !cfg!(target_os = "linux") {
            return Err("bubblewrap is for Linux only".to_owned());
        }
        let mut why = String::new();
        for cage in [Self::Nobody, Self::OurUser] {
            let limits = Limits { memory: 1 << 20, file: 1 << 10, temporary: 1 << 20, time: 5, processes: 64 };
            let mut program = cage.command(Path::new("true"), &Inside::default(), limits, 0);
            match program.output() {
                Ok(output) if output.status.success() => return Ok(cage),
                Ok(output) => why = String::from_utf8_lossy(&output.stderr).trim().to_owned(),
                Err(error) => why = format!("bwrap cannot be started: {error}"),
            }
        }
        Err(why)
    }

    /// Lets who is in the cage write here: where root makes it, that is a user who owns nothing.
    ///
    /// # Errors
    /// Those of `chmod(2)`.
    pub fn open(self, path: &Path, mode: u32) -> io::Result<()> {
        #[cfg(unix)]
        if self == Self::Nobody {
            use std::os::unix::fs::PermissionsExt;
            return std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode));
        }
        let _ = (path, mode);
        Ok(())
    }

    /// A program in this cage. Its arguments may be added.
    pub fn command(self, program: &Path, inside: &Inside, limits: Limits, worker: usize) -> Command {
        if self == Self::None {
            let mut command = Command::new(program);
            command.envs(inside.environment.iter().cloned());
            command.current_dir(inside.folder.as_deref().unwrap_or(Path::new(".")));
            return command;
        }
        let mut bwrap = Command::new("bwrap");
        // Its own environment could be read inside, of the first process there.
        bwrap.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        bwrap.args(["--die-with-parent", "--new-session", "--unshare-pid", "--unshare-net", "--unshare-ipc"]);
        bwrap.args(["--unshare-uts", "--unshare-cgroup-try", "--hostname", "cage"]);
        match self {
            Self::Nobody => {
                bwrap.args(["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP"])
            }
            _ => bwrap.arg("--unshare-user"),
        };
        bwrap.args(["--ro-bind", "/usr", "/usr", "--proc", "/proc", "--dev", "/dev"]);
        bwrap.args(["--size", &limits.temporary.to_string(), "--perms", "1777", "--tmpfs", "/tmp"]);
        for old in ["/bin", "/sbin", "/lib", "/lib32", "/lib64"] {
            match std::fs::read_link(old) {
                Ok(to) => bwrap.arg("--symlink").arg(to).arg(old),
                Err(_) => bwrap.args(["--ro-bind-try", old, old]),
            };
        }
        // How programs and libraries are found, and what `localhost` is. No users, no passwords.
        bwrap.args(["--perms", "0755", "--dir", "/etc"]);
        for file in ["/etc/alternatives", "/etc/ld.so.cache", "/etc/hosts", "/etc/nsswitch.conf"] {
            bwrap.args(["--ro-bind-try", file, file]);
        }
        // The folders above them, empty but for them, and for everybody.
        let bound = inside.read.iter().chain(&inside.write);
        let above: BTreeSet<_> = bound.flat_map(|(_, path)| path.ancestors().skip(1)).collect();
        for folder in above.into_iter().filter(|folder| folder.parent().is_some()) {
            bwrap.args(["--perms", "0755", "--dir"]).arg(folder);
        }
        for (outside, path) in &inside.read {
            bwrap.arg("--ro-bind").args([outside, path]);
        }
        for (outside, path) in &inside.write {
            bwrap.arg("--bind").args([outside, path]);
        }
        bwrap.args(["--remount-ro", "/", "--remount-ro", "/dev"]);
        bwrap.arg("--clearenv").args(["--setenv", "PATH", "/usr/bin:/bin:/usr/sbin:/sbin"]);
        bwrap.args(["--setenv", "HOME", "/tmp", "--setenv", "TMPDIR", "/tmp", "--setenv", "LANG", "C.UTF-8"]);
        for (name, value) in &inside.environment {
            bwrap.arg("--setenv").args([name, value]);
        }
        bwrap.arg("--chdir").arg(inside.folder.as_deref().map_or(OsStr::new("/tmp"), Path::as_os_str)).arg("--");
        if self == Self::Nobody {
            let user = (NOBODY + worker).to_string();
            bwrap.args(["setpriv", "--reuid", &user, "--regid", &user, "--clear-groups", "--no-new-privs"]);
            bwrap.args(["--bounding-set=-all", "--inh-caps=-all"]);
        }
        let Limits { memory, file, time, processes, .. } = limits;
        bwrap.args(["bash", "-c", LIMITED, "cage"]);
        bwrap.args([memory, file, time, processes].map(|limit| limit.to_string()));
        bwrap.arg(program);
        bwrap
    }
}
