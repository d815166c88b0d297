//! A network of the lesson's own: it holds a loopback interface and nothing else, and nobody outside reaches it.

use std::io;

/// Set where the lesson should be in its own network: to the one that it came from.
const CAME_FROM: &str = "LESSON_CAME_FROM";

/// Starts this program again in a network of its own, and comes back there.
///
/// # Errors
/// A sentence: why this system has none for it.
#[cfg(target_os = "linux")]
pub(crate) fn enter() -> Result<(), String> {
    use std::env;
    use std::fs;
    use std::os::unix::process::CommandExt;
    use std::process::{Command, Stdio};

    let network =
        fs::read_link("/proc/self/ns/net").map_err(|error| format!("it cannot be told from others ({error})"))?;
    if let Some(before) = env::var_os(CAME_FROM) {
        // Nothing but a network of our own is ever captured.
        if before == network.as_os_str() {
            return Err("this is still the network that it came from".to_owned());
        }
        return loopback_up().map_err(|error| format!("its loopback interface cannot be switched on ({error})"));
    }
    let unshare = || {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--net", "--"]);
        command
    };
    // Tried first: once we have become unshare, nobody could put its refusal into words.
    let tried = unshare().arg("true").stdin(Stdio::null()).output();
    let refused = |words: &str| format!("this system refuses it ({words})");
    match tried {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err("the program unshare, of the package util-linux, is not installed".to_owned());
        }
        Err(error) => return Err(refused(&error.to_string())),
        Ok(output) if !output.status.success() => {
            return Err(refused(String::from_utf8_lossy(&output.stderr).trim()));
        }
        Ok(_) => {}
    }
    let program = env::current_exe().map_err(|error| refused(&error.to_string()))?;
    // Only on failure does this come back. The process stays the same, and so do its terminal and its exit code.
    let error = unshare().arg(program).args(env::args_os().skip(1)).env(CAME_FROM, network).exec();
    Err(refused(&error.to_string()))
}

/// Elsewhere there is none.
#[cfg(not(target_os = "linux"))]
pub(crate) fn enter() -> Result<(), String> {
    let _ = CAME_FROM;
    Err("only Linux has one".to_owned())
}

/// RTM_NEWLINK for the interface number 1, which is loopback: its flag IFF_UP (rtnetlink(7)).
#[cfg(target_os = "linux")]
fn loopback_up() -> io::Result<()> {
    let mut interface = vec![0; 4]; // struct ifinfomsg: family and kind, which do not matter
    interface.extend(1_i32.to_ne_bytes());
    interface.extend((libc::IFF_UP as u32).to_ne_bytes());
    interface.extend((libc::IFF_UP as u32).to_ne_bytes()); // change this flag alone
    crate::netlink::ask(libc::NETLINK_ROUTE, libc::RTM_NEWLINK, crate::netlink::DO, &interface, |_| {})
}

/// The command that runs another one inside that network, from another terminal of the same user.
pub(crate) fn look_inside(command: &str) -> String {
    format!("nsenter --target {} --user --net --preserve-credentials {command}", std::process::id())
}
