//! A stream whose trouble is written down beforehand: short counts, interruptions, the end in the middle.

use std::io::{self, ErrorKind, Read, Write};

/// What a scripted stream does at one call.
#[derive(Debug, Clone, Copy)]
pub enum Act {
    /// It lets at most so many bytes pass.
    Pass(usize),
    /// It fails.
    Fail(ErrorKind),
    /// It fails as a system call does, with this number.
    FailAs(i32),
}

impl Act {
    /// How many bytes may pass, or the error.
    ///
    /// # Errors
    /// The one that it stands for.
    pub fn outcome(self) -> io::Result<usize> {
        match self {
            Self::Pass(most) => Ok(most),
            Self::Fail(kind) => Err(kind.into()),
            Self::FailAs(number) => Err(io::Error::from_raw_os_error(number)),
        }
    }
}

/// A stream that is no socket, and does at each call what its script says; the script's last act is repeated.
///
/// What is written is added to its bytes; what is read comes from them.
///
/// ```
/// # use narrator::scripted::{Act, Scripted};
/// # use std::io::{ErrorKind, Write};
/// let mut stream = Scripted::new(&[Act::Pass(2), Act::Fail(ErrorKind::Interrupted), Act::Pass(9)]);
/// assert_eq!(stream.write(b"over!").ok(), Some(2));
/// assert!(stream.write(b"er!").is_err());
/// assert_eq!(stream.write(b"er!").ok(), Some(3));
/// assert_eq!(stream.bytes, b"over!");
/// ```
#[derive(Debug)]
pub struct Scripted<'a> {
    script: &'a [Act],
    calls: usize,
    read: usize,
    /// What has been written to it, or could be read from it at the beginning.
    pub bytes: Vec<u8>,
}

impl<'a> Scripted<'a> {
    /// One to write to, or one that has nothing to read.
    pub fn new(script: &'a [Act]) -> Self {
        Self { script, calls: 0, read: 0, bytes: Vec::new() }
    }

    /// One to read these bytes from.
    pub fn holding(bytes: &[u8], script: &'a [Act]) -> Self {
        Self { bytes: bytes.to_vec(), ..Self::new(script) }
    }

    /// What nobody has read yet.
    pub fn unread(&self) -> &[u8] {
        &self.bytes[self.read..]
    }

    /// The next act of the script: how many bytes may pass.
    fn act(&mut self) -> io::Result<usize> {
        let act = self.script[self.calls.min(self.script.len() - 1)];
        self.calls += 1;
        act.outcome()
    }
}

impl Write for Scripted<'_> {
    fn write(&mut self, offered: &[u8]) -> io::Result<usize> {
        let taken = self.act()?.min(offered.len());
        self.bytes.extend_from_slice(&offered[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Scripted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let given = self.act()?.min(buffer.len()).min(self.unread().len());
        buffer[..given].copy_from_slice(&self.unread()[..given]);
        self.read += given;
        Ok(given)
    }
}
