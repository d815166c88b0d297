//! The small print in the middle of a call: a partner that has a clone of the socket looks while the function waits.

use std::io::{self, Read};
use std::net::Shutdown;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use socket2::Socket;

use crate::partner;
use crate::settings::Settings;
use crate::watchdog::Watched;

/// How long it waits for a function that does not let the kernel wait.
const AT_MOST: Duration = Duration::from_millis(100);

/// A look at a socket in the middle of the call, by a partner that has a clone of it.
#[derive(Debug)]
pub struct Glance {
    what: &'static str,
    clone: Socket,
    before: Settings,
    function: Watched,
}

impl Glance {
    /// To be made right before the call, by the thread that makes it. `what` begins a sentence: "The stream".
    ///
    /// # Errors
    /// Those of `fcntl(2)`, which makes the clone.
    pub fn at(what: &'static str, socket: &Socket) -> io::Result<Self> {
        let clone = socket.try_clone()?;
        Ok(Self { what, before: Settings::options(&clone), clone, function: Watched::this_thread() })
    }

    /// Waits until the function waits for the peer, but not long: not every right one lets the kernel wait. Then tells what
    /// is not as it was. Whether calls wait is the function's own business, as long as it runs.
    pub fn look(&self) -> Option<String> {
        let begin = Instant::now();
        while !self.function.is_receiving() && !self.function.is_sending() && begin.elapsed() < AT_MOST {
            std::thread::yield_now();
        }
        let difference = self.before.differs_from(
            &Settings::options(&self.clone),
            "before your function was called",
            &["O_NONBLOCK"],
        )?;
        Some(format!(
            "In the middle of the call {} has another {difference} Nobody asked for that, not even for a while.",
            lower(self.what)
        ))
    }

    /// Gives the calls to come more time than any partner has. One that waits already keeps its own: so one that ends was
    /// that one, and who asks again is known by not coming back.
    fn lengthen(&self) {
        if self.function.is_receiving() {
            let _ = self.clone.set_read_timeout(Some(partner::LONG));
        }
        if self.function.is_sending() {
            let _ = self.clone.set_write_timeout(Some(partner::LONG));
        }
    }

    /// Takes that back, when the function has returned.
    fn restore(&self, read: Option<Duration>, write: Option<Duration>) {
        if self.clone.read_timeout().is_ok_and(|is| is == Some(partner::LONG)) {
            let _ = self.clone.set_read_timeout(read);
        }
        if self.clone.write_timeout().is_ok_and(|is| is == Some(partner::LONG)) {
            let _ = self.clone.set_write_timeout(write);
        }
    }
}

/// A client that says and hears nothing more, in a thread of its own, until the function has returned; or for 2 s, then it
/// hears all, and ends.
#[derive(Debug)]
pub struct Silent {
    returned: Sender<()>,
    client: JoinHandle<(Option<String>, bool)>,
}

impl Silent {
    /// To be called right before the function, whose calls have a short time. `what` as of [`Glance::at`].
    ///
    /// # Errors
    /// Those of `fcntl(2)` and `pthread_create(3)`.
    pub fn begin(what: &'static str, stream: &Socket, client: Socket) -> io::Result<Self> {
        let (returned, until_then) = mpsc::channel();
        let (read, write) = (stream.read_timeout()?, stream.write_timeout()?);
        let glance = Glance::at(what, stream)?;
        let (started, is_there) = mpsc::channel();
        let client = partner::at_work(move || {
            let _ = started.send(());
            let mistake = glance.look();
            glance.lengthen();
            let asked_again = until_then.recv_timeout(partner::PATIENCE) == Err(RecvTimeoutError::Timeout);
            let _ = client.shutdown(Shutdown::Write);
            if asked_again {
                let _ = client.set_read_timeout(Some(AT_MOST));
                while matches!((&client).read(&mut [0; 4096]), Ok(1..)) {}
            }
            let _ = until_then.recv();
            glance.restore(read, write);
            (mistake, asked_again)
        })?;
        // The function's time is short: who looks has to be there when it begins.
        let _ = is_there.recv();
        Ok(Self { returned, client })
    }

    /// When it has returned: what was wrong in the middle of the call, and whether it waited on when its time had run out.
    ///
    /// # Errors
    /// As of [`partner::finished`].
    pub fn end(self) -> io::Result<(Option<String>, bool)> {
        drop(self.returned);
        partner::finished(self.client)
    }
}

/// As in the middle of a sentence.
fn lower(what: &str) -> String {
    let mut letters = what.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
