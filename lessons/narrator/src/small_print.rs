//! The small print of every exercise: a function does what its contract says, and nothing else.
//!
//! A driver looks before it calls the learner's function, and again when that has returned: at what is open in this process,
//! at the threads that run, and at the settings of every socket that the function could reach. It says something only
//! where the two looks differ. Descriptors and threads are looked at on Linux only.

use std::collections::BTreeMap;
use std::io;
use std::time::{Duration, Instant};

use socket2::Socket;

use crate::settings::Settings;
use crate::{Story, partner};

/// How long a thread may sleep before it counts as left behind.
const AT_LEAST: Duration = Duration::from_millis(100);

/// What was there before the learner's function was called.
#[derive(Debug)]
pub struct SmallPrint<'a> {
    open: BTreeMap<u32, String>,
    threads: Vec<u32>,
    lent: Vec<(&'static str, &'a Socket, Settings)>,
    given: Vec<(u32, String)>,
}

impl<'a> SmallPrint<'a> {
    /// The look before the call. To be taken when all partners that open sockets of their own have done so, or before.
    pub fn before() -> Self {
        Self {
            open: system::open(),
            threads: system::threads().into_iter().map(|(thread, _)| thread).collect(),
            lent: Vec::new(),
            given: Vec::new(),
        }
    }

    /// The function borrows this socket: it has to be as it was afterwards. `what` begins a sentence: "The listener".
    pub fn lent(mut self, what: &'static str, socket: &'a Socket) -> Self {
        self.lent.push((what, socket, Settings::of(socket)));
        self
    }

    /// The function is given this socket to keep: when it has returned, the socket has to be closed.
    pub fn given(mut self, socket: &Socket) -> Self {
        if let Some(own) = system::number(socket).and_then(|number| self.open.remove_entry(&number)) {
            self.given.push(own);
        }
        self
    }

    /// The same, with a clone that the driver keeps: its settings, too, have to be as they were. Its halves may be shut.
    pub fn given_with_a_clone(self, what: &'static str, socket: &Socket, clone: &'a Socket) -> Self {
        let mut small_print = self.given(socket);
        let mut settings = Settings::of(clone);
        settings.0.retain(|((name, ..), _)| !name.starts_with("SHUT_"));
        small_print.lent.push((what, clone, settings));
        small_print
    }

    /// The look after it: nothing is left behind but the sockets that were returned, and what was lent is as it was.
    ///
    /// Partners that open sockets of their own have to be done.
    ///
    /// # Errors
    /// The mistake, told already.
    pub fn holds<'b>(&self, story: &mut Story, returned: impl IntoIterator<Item = &'b Socket>) -> io::Result<()> {
        self.look(returned).map_or(Ok(()), |mistake| Err(story.mistake(&mistake)))
    }

    /// The same look, to be told later: the mistake in a sentence, `None` where there is none.
    pub fn look<'b>(&self, returned: impl IntoIterator<Item = &'b Socket>) -> Option<String> {
        if let Some(mistake) = self.left_a_thread() {
            return Some(mistake.to_owned());
        }
        let returned: Vec<_> = returned.into_iter().filter_map(system::number).collect();
        self.left_open(&returned).or_else(|| {
            let differs = |(what, socket, before): &(&str, &Socket, Settings)| {
                let difference = before.differs_from(&Settings::of(socket), "before your function was called", &[])?;
                Some(format!(
                    "{what} has another {difference} Nobody asked for that: leave it as it was, also after an error."
                ))
            };
            self.lent.iter().find_map(differs)
        })
    }

    /// A thread that is done may need a moment to end; one that sleeps, or waits for something, is left behind.
    fn left_a_thread(&self) -> Option<&'static str> {
        let begin = Instant::now();
        loop {
            let left: Vec<_> =
                system::threads().into_iter().filter(|(thread, _)| !self.threads.contains(thread)).collect();
            if left.is_empty() {
                return None;
            }
            let patience = if left.iter().any(|(_, asleep)| *asleep) { AT_LEAST } else { partner::PATIENCE };
            if begin.elapsed() > patience {
                return Some(
                    "Your function has returned, but a thread that it started still runs. Join every thread before you \
                     return: nobody else knows of it.",
                );
            }
            std::thread::yield_now();
        }
    }

    fn left_open(&self, returned: &[u32]) -> Option<String> {
        let left = |(number, what): &(u32, String)| !returned.contains(number) && self.open.get(number) != Some(what);
        let (number, what) = system::open().into_iter().find(left)?;
        if self.given.contains(&(number, what.clone())) {
            return Some(
                "Your function has returned, and the socket that it was given is still open: somebody keeps it from being \
                 dropped. It was yours to close."
                    .to_owned(),
            );
        }
        let mut known = self.open.values().chain(self.given.iter().map(|(_, what)| what));
        Some(match what {
            what if known.any(|known| *known == what) => {
                "Your function has returned, and somebody still holds a clone of a socket that you were given. A socket \
                 is closed when its last handle is: let every clone be dropped, also after an error."
                    .to_owned()
            }
            what if what.starts_with("socket:") => {
                "Your function has returned, and a socket is open that was not before and that you did not return. \
                 Whatever socket you make or clone has to be dropped, also after an error."
                    .to_owned()
            }
            what => format!("Your function has returned, and something that it opened is still open: {what}"),
        })
    }
}

/// A socket that the learner's function made has the settings of one that was made as plainly as can be.
///
/// `what` begins a sentence, as in "The socket that you return"; settings named in `free` may be as they like.
///
/// # Errors
/// The mistake, told already.
pub fn as_plain(story: &mut Story, what: &str, socket: &Socket, plain: &Socket, free: &[&str]) -> io::Result<()> {
    // Sockets that are made by the bare system calls are not closed on exec; there is no "as it was" for them.
    let free: Vec<_> = free.iter().copied().chain(["FD_CLOEXEC"]).collect();
    let plain = Settings::of(plain);
    match plain.differs_from(&Settings::of(socket), "in one that is made without any option", &free) {
        Some(difference) => Err(story.mistake(&format!(
            "{what} has another {difference} Nobody asked for that: leave the choice to the caller."
        ))),
        None => Ok(()),
    }
}

#[cfg(target_os = "linux")]
mod system {
    use std::collections::BTreeMap;
    use std::fs;
    use std::os::fd::AsRawFd;

    use socket2::Socket;

    /// A socket's descriptor.
    pub(super) fn number(socket: &Socket) -> Option<u32> {
        socket.as_raw_fd().try_into().ok()
    }

    /// The descriptors that are open in this process, and what each stands for: the links in `/proc/self/fd` (proc(5)).
    pub(super) fn open() -> BTreeMap<u32, String> {
        // Read to the end before the first link is followed: one of the descriptors is that of the folder itself.
        let numbers = numbers("/proc/self/fd");
        let what = |number| Some((number, fs::read_link(format!("/proc/self/fd/{number}")).ok()?));
        numbers
            .into_iter()
            .filter_map(what)
            .map(|(number, what)| (number, what.to_string_lossy().into_owned()))
            .collect()
    }

    /// The threads that run in this process, and whether each is asleep; without partners and those that have begun to end.
    pub(super) fn threads() -> Vec<(u32, bool)> {
        let thread = |number| {
            let stat = fs::read_to_string(format!("/proc/self/task/{number}/stat")).ok()?;
            // proc(5): number, (name), state, and the flags as the seventh field behind the name.
            let (head, tail) = stat.rsplit_once(')')?;
            let fields: Vec<_> = tail.split_whitespace().collect();
            let ends = fields.get(6)?.parse::<u32>().ok()? & PF_EXITING != 0;
            let ours = head.ends_with(&format!("({}", crate::partner::NAME));
            (!ends && !ours).then_some((number, fields[0] != "R"))
        };
        numbers("/proc/self/task").into_iter().filter_map(thread).collect()
    }

    /// linux/sched.h: the thread has begun to end.
    const PF_EXITING: u32 = 0x4;

    fn numbers(folder: &str) -> Vec<u32> {
        let entries = fs::read_dir(folder).map(|entries| entries.flatten().collect::<Vec<_>>()).unwrap_or_default();
        entries.iter().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
    }
}

/// Elsewhere descriptors and threads are not looked at: it could not be tried, and a false alarm would be worse.
#[cfg(not(target_os = "linux"))]
mod system {
    use std::collections::BTreeMap;

    use socket2::Socket;

    pub(super) fn number(_: &Socket) -> Option<u32> {
        None
    }

    pub(super) fn open() -> BTreeMap<u32, String> {
        BTreeMap::new()
    }

    pub(super) fn threads() -> Vec<(u32, bool)> {
        Vec::new()
    }
}
